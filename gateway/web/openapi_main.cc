// usage: openapi DESCRIPTORS FILE: writes the OpenAPI description of the calls in a set of
// descriptors (google/protobuf/descriptor.proto, FileDescriptorSet with source information).

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gateway/web/openapi.h"
#include "google/protobuf/descriptor.pb.h"

int main(int argc, char** argv) {
  if (argc != 3) return EXIT_FAILURE;
  std::ifstream read(argv[1], std::ios::binary);
  google::protobuf::FileDescriptorSet set;
  if (!set.ParseFromIstream(&read)) return EXIT_FAILURE;
  google::protobuf::DescriptorPool pool;
  std::vector<const google::protobuf::FileDescriptor*> files;
  for (const auto& file : set.file()) {
    const auto* const built = pool.BuildFile(file);
    if (built == nullptr) return EXIT_FAILURE;
    if (built->service_count() > 0) files.push_back(built);
  }
  const auto document = mrg::OpenApiOf(files);
  if (!document.ok()) return EXIT_FAILURE;
  std::ofstream write(argv[2], std::ios::binary);
  write << *document;
  return write.flush() ? EXIT_SUCCESS : EXIT_FAILURE;
}
