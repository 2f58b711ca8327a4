// SPDX-License-Identifier: Apache-2.0
// npm packages: locked, exact, free of registry addresses, and fit for the Node.js that Debian 12 and 13 ship.
import semver from 'semver';

const nodes = ['18.19.0', '20.19.0'];

function lockFaults(file, lock) {
  const faults = [];
  for (const [name, entry] of Object.entries(lock.packages)) {
    if (name === '') continue;
    if ('resolved' in entry) faults.push(`${file}: ${name} names a registry; set omit-lockfile-registry-resolved`);
    if (!entry.integrity) faults.push(`${file}: ${name} has no integrity`);
    const range = entry.engines?.node;
    for (const node of nodes) {
      if (range && !semver.satisfies(node, range)) faults.push(`${file}: ${name} ${entry.version} excludes node ${node} (${range})`);
    }
    // npm leaves out what its registry could not give; npm ci then refuses the file everywhere.
    for (const part of Object.keys(entry.optionalDependencies ?? {})) {
      if (!Object.keys(lock.packages).some((key) => key.endsWith(`node_modules/${part}`))) {
        faults.push(`${file}: ${name} wants ${part}, which is not locked`);
      }
    }
  }
  return faults;
}

export function engines(tree) {
  const faults = [];
  for (const file of tree.ending('package-lock.json')) faults.push(...lockFaults(file, JSON.parse(tree.text(file))));
  for (const file of tree.ending('package.json')) {
    const manifest = JSON.parse(tree.text(file));
    if (!tree.files.includes(file.replace('package.json', 'package-lock.json'))) faults.push(`${file}: no lock file`);
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      if (!semver.valid(version)) faults.push(`${file}: ${name} ${version} is not one exact version`);
    }
  }
  return { faults };
}
