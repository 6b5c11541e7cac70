export { matrixProduct } from "./matrix_product";
export { lstmBackward, lstmForward, lstmWeightGradients } from "./lstm";
export { denseBackward, denseForward, denseWeightGradients } from "./dense";
export { activateShare } from "./activation";
