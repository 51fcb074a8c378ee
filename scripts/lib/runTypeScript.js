'use strict';
// node runTypeScript.js FILE [ARGUMENT...]
// Registered in here and not by an option of Node.js: threads of the program would inherit that and start slower for it.
require('tsx/cjs/api').register();
require(process.argv[2]);
