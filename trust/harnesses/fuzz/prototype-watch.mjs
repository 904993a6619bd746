/** Loaded into the attacked process by `--import`: says so when a built-in prototype has changed. */
const WATCHED = { Object, Array, Function, String, Number, Promise, Map, Set, Error };

const keysOf = (type) => Reflect.ownKeys(type.prototype).map(String).join();
const before = new Map();

const look = () => {
  for (const [name, type] of Object.entries(WATCHED)) {
    if (before.get(name) === keysOf(type)) continue;
    process.stderr.write(`PROTOTYPE CHANGED: ${name}\n`);
    before.set(name, keysOf(type));
  }
};

// What libraries add while they load is theirs; from the first ready line on nothing may change.
setTimeout(() => {
  for (const [name, type] of Object.entries(WATCHED)) before.set(name, keysOf(type));
  setInterval(look, 100).unref();
}, 1_500).unref();
process.once('exit', look);
