import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { StepError, root, runSteps, say } from './bootstrap/project.mjs';

/**
 * `node tools/logos.mjs <provider folder> <icon>` writes its `logo.svg` from the icon set "SVG Logos" (CC0, see NOTICE).
 * The file names its icon, so without arguments all of them are written anew, and `--check` only compares.
 * A `logo.svg` that names none was drawn for this project and is left alone.
 */
const SOURCE = /^<!-- logos:([a-z0-9-]+) -->\n/;
/** What could act, or load anything, when somebody opens the file. */
const ACTIVE =
  /<(?:script|foreignObject|style|image|iframe|a)\b|\son\w+\s*=|href\s*=\s*["'](?!#)|url\((?!#)|<!DOCTYPE|<!ENTITY/i;

await runSteps(async () => {
  const [folder, icon] = process.argv.slice(2).filter((argument) => argument !== '--check');
  if (folder !== undefined) return add(folder, icon);
  const changed = logoFiles().filter((file) => refresh(file, process.argv.includes('--check')));
  if (process.argv.includes('--check') && changed.length > 0)
    throw new StepError(`These are not what the icon set holds: ${changed.join(', ')}. Run node tools/logos.mjs.`);
  say(changed.length === 0 ? 'The logos are current' : `Written: ${changed.join(', ')}`);
});

function add(folder, icon) {
  if (!existsSync(join(root, folder)) || icon === undefined)
    throw new StepError('Usage: node tools/logos.mjs <provider folder> <icon>');
  writeFileSync(join(root, folder, 'logo.svg'), svgOf(icon));
}

/** @returns whether the file was not current. */
function refresh(file, isCheck) {
  const present = readFileSync(join(root, file), 'utf8');
  const icon = SOURCE.exec(present)?.[1];
  const wanted = icon === undefined ? present : svgOf(icon);
  if (ACTIVE.test(wanted)) throw new StepError(`${file} holds more than a drawing.`);
  if (wanted === present) return false;
  if (!isCheck) writeFileSync(join(root, file), wanted);
  return true;
}

function svgOf(name) {
  const set = createRequire(import.meta.url)('@iconify-json/logos/icons.json');
  const icon = set.icons[name];
  if (icon === undefined) throw new StepError(`The icon set has no ${name}.`);
  const { left = 0, top = 0, width = 16, height = 16 } = { ...set, ...icon };
  const viewBox = [left, top, width, height].join(' ');
  return `<!-- logos:${name} -->\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox}">${icon.body}</svg>\n`;
}

/** Relative to the project's folder. */
function logoFiles() {
  return readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === 'logo.svg')
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}
