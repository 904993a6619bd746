/** Loaded into the attacked process by `--import`, before all else: says so when a built-in prototype has changed. */
const WATCHED = {
  ...{ Object, Array, Function, String, Number, Boolean, Symbol, BigInt, RegExp, Date, Promise, Map, Set, WeakMap },
  ...{ Error, ArrayBuffer, Uint8Array, Buffer, URL, URLSearchParams },
};
const PARTS = ['value', 'get', 'set', 'writable', 'enumerable', 'configurable'];

const propertiesOf = (type) =>
  new Map(Reflect.ownKeys(type.prototype).map((key) => [key, Object.getOwnPropertyDescriptor(type.prototype, key)]));
const isSame = (one, other) =>
  one !== undefined && other !== undefined && PARTS.every((part) => Object.is(one[part], other[part]));

const before = new Map(Object.entries(WATCHED).map(([name, type]) => [name, propertiesOf(type)]));

const look = () => {
  for (const [name, type] of Object.entries(WATCHED)) {
    const [old, now] = [before.get(name), propertiesOf(type)];
    for (const key of new Set([...old.keys(), ...now.keys()]))
      if (!isSame(old.get(key), now.get(key)))
        process.stderr.write(`PROTOTYPE CHANGED: ${name} ${JSON.stringify(String(key)).slice(0, 100)}\n`);
    before.set(name, now);
  }
};

setInterval(look, 100).unref();
process.once('exit', look);
