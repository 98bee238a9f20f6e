// Classifies images with a SavedModel of kzoo.export, without Python.
//
//     TF=$(python -c "import tensorflow as tf; print(tf.sysconfig.get_lib())")  # where pip put TensorFlow
//     g++ -w -O2 -std=c++17 docs/predict.cc -o predict -I$TF/include -L$TF -Wl,-rpath,$TF \
//         -Wl,--no-as-needed -l:libtensorflow_cc.so.2 -l:libtensorflow_framework.so.2
//     ./predict saved_models/resnet50/1 cat.jpg dog.png

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "tensorflow/cc/saved_model/loader.h"
#include "tensorflow/core/public/session.h"

using tensorflow::Tensor;

int fail(const std::string& message) {
  std::cerr << message << "\n";
  return 1;
}

int main(int argc, char** argv) {
  if (argc < 3) return fail("usage: predict <SavedModel> <JPEG or PNG> ...");

  tensorflow::SavedModelBundle model;
  auto status = tensorflow::LoadSavedModel({}, {}, argv[1], {"serve"}, &model);
  if (!status.ok()) return fail(std::string(status.message()));
  const auto& signature = model.GetSignatures().at("from_bytes");

  const int count = argc - 2;
  Tensor files(tensorflow::DT_STRING, {count});
  for (int i = 0; i < count; ++i) {
    std::ifstream file(argv[2 + i], std::ios::binary);
    if (!file) return fail(std::string(argv[2 + i]) + " cannot be read");
    files.vec<tensorflow::tstring>()(i) = std::string(std::istreambuf_iterator<char>(file), {});
  }

  std::vector<Tensor> outputs;
  status = model.GetSession()->Run({{signature.inputs().at("bytes").name(), files}},
                                   {signature.outputs().at("top_labels").name(),
                                    signature.outputs().at("top_probabilities").name()},
                                   {}, &outputs);
  if (!status.ok()) return fail(std::string(status.message()));
  for (int i = 0; i < count; ++i)
    std::cout << argv[2 + i] << ": " << outputs[0].matrix<tensorflow::tstring>()(i, 0) << ", "
              << outputs[1].matrix<float>()(i, 0) << std::endl;
}
