console.log(import.meta.resolve("onnxruntime-node"), import.meta.resolve("onnxruntime-web/wasm"), import.meta.resolve("onnxruntime-web"));
console.log(await Deno.permissions.query({name:"ffi"}), );
for (const p of ["node_modules/.deno/onnxruntime-node@1.30.0/node_modules/onnxruntime-node/bin","node_modules/onnxruntime-node","node_modules"]) console.log(p, (await Deno.permissions.query({name:"ffi", path:p})).state);
