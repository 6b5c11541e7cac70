const which=Deno.args[0]!;
const ort = which==="web"? await import("onnxruntime-web"): which==="webwasm"? await import("onnxruntime-web/wasm"): await import("onnxruntime-node");
ort.env.logLevel="fatal";
if(which!=="node"){ ort.env.wasm.numThreads=1; }
const b=Uint8Array.from(atob(Deno.args[1]!),c=>c.charCodeAt(0));
const t0=performance.now();
const s=await ort.InferenceSession.create(b,{intraOpNumThreads:1,interOpNumThreads:1,logSeverityLevel:4});
console.log(which,"create",performance.now()-t0, s.inputMetadata, s.outputMetadata);
const out=await s.run({features:new ort.Tensor("float32",new Float32Array(6).fill(-1),[2,3])});
console.log(out.probabilities.data);
await s.release();
