import { useLayoutEffect, useRef, type ComponentProps } from 'react';
import classes from './form.module.css';

interface Props extends Omit<ComponentProps<'form'>, 'onSubmit'> {
  /** While what the form holds is on its way: nothing can be changed that the answer would undo. */
  readonly isBusy: boolean;
  readonly onSubmit: () => void;
}

/** A form that is closed while it is sent. The focus, which a closed input loses, comes back afterwards. */
export function Form({ isBusy, onSubmit, children, ...form }: Props) {
  const place = useRef<HTMLFieldSetElement>(null);
  const focused = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    // Not when the user went elsewhere meanwhile.
    if (isBusy || focused.current === null || document.activeElement !== document.body) return;
    focused.current.focus();
    // A button that has nothing more to do stays closed: then the keyboard goes on in the form.
    if (document.activeElement === document.body) place.current?.form?.focus({ preventScroll: true });
  }, [isBusy]);
  return (
    <form
      tabIndex={-1}
      {...form}
      onSubmit={(event) => {
        event.preventDefault();
        // React's events of a dialog reach the form that opened it, whose submit is not meant.
        event.stopPropagation();
        onSubmit();
      }}
    >
      <fieldset
        ref={place}
        disabled={isBusy}
        className={classes.fields}
        onFocus={(event) => (focused.current = event.target)}
        onBlur={() => {
          // A browser takes the focus from what is closed: then it is not the user who left.
          if (place.current?.disabled !== true) focused.current = null;
        }}
      >
        {children}
      </fieldset>
    </form>
  );
}
