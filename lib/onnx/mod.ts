/**
 * Graphs and the engines that run them.
 *
 * @module
 */
export {
  type Attribute,
  type ElementType,
  type Extent,
  GraphBuilder,
  type Operation,
  type Shape,
  type TensorData,
  type Value,
} from "./graph.ts";
export type { InferenceSession } from "./inference_session.ts";
export { createJointSession, type JoinedModel, type JointSession } from "./joint_session.ts";
export { OPSET } from "./onnx_messages.ts";
export { availableEngine, createSession, type OnnxEngine } from "./session.ts";
export { INPUT_NAME, OUTPUT_NAME } from "./tensor_names.ts";
