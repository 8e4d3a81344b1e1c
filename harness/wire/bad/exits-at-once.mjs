// Ends before it is asked anything.
console.error('cannot find my configuration');
process.exit(7);
