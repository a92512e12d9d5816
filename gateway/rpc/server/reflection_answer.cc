#include "gateway/rpc/server/reflection_answer.h"

#include <set>

#include "google/protobuf/descriptor.pb.h"
#include "grpcpp/support/status.h"

namespace mrg {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

void Refuse(grpc::StatusCode code, const char* text, ServerReflectionResponse* answer) {
  answer->mutable_error_response()->set_error_code(code);
  answer->mutable_error_response()->set_error_message(text);
}

// As deep as files import each other.
void AddFile(const FileDescriptor& file, std::set<const FileDescriptor*>* added,
             ServerReflectionResponse* answer) {
  if (!added->insert(&file).second) return;
  FileDescriptorProto content;
  file.CopyTo(&content);
  content.SerializeToString(
      answer->mutable_file_descriptor_response()->add_file_descriptor_proto());
  for (int i = 0; i < file.dependency_count(); ++i) AddFile(*file.dependency(i), added, answer);
}

void AnswerFile(const FileDescriptor* file, ServerReflectionResponse* answer) {
  if (file == nullptr) return Refuse(grpc::StatusCode::NOT_FOUND, "no such file", answer);
  std::set<const FileDescriptor*> added;
  AddFile(*file, &added, answer);
}

const FileDescriptor* FileOfExtension(const DescriptorPool& pool,
                                      const grpc::reflection::v1::ExtensionRequest& asked) {
  const Descriptor* const type = pool.FindMessageTypeByName(asked.containing_type());
  if (type == nullptr) return nullptr;
  const FieldDescriptor* const extension =
      pool.FindExtensionByNumber(type, asked.extension_number());
  return extension == nullptr ? nullptr : extension->file();
}

void AnswerExtensionNumbers(const DescriptorPool& pool, const std::string& name,
                            ServerReflectionResponse* answer) {
  const Descriptor* const type = pool.FindMessageTypeByName(name);
  if (type == nullptr) return Refuse(grpc::StatusCode::NOT_FOUND, "no such type", answer);
  std::vector<const FieldDescriptor*> extensions;
  pool.FindAllExtensions(type, &extensions);
  auto* const numbers = answer->mutable_all_extension_numbers_response();
  numbers->set_base_type_name(name);
  for (const FieldDescriptor* extension : extensions) {
    numbers->add_extension_number(extension->number());
  }
}

}  // namespace

ServerReflectionResponse AnswerReflection(const DescriptorPool& pool,
                                          const std::vector<std::string>& services,
                                          const ServerReflectionRequest& request) {
  ServerReflectionResponse answer;
  answer.set_valid_host(request.host());
  *answer.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case ServerReflectionRequest::kFileByFilename:
      AnswerFile(pool.FindFileByName(request.file_by_filename()), &answer);
      break;
    case ServerReflectionRequest::kFileContainingSymbol:
      AnswerFile(pool.FindFileContainingSymbol(request.file_containing_symbol()), &answer);
      break;
    case ServerReflectionRequest::kFileContainingExtension:
      AnswerFile(FileOfExtension(pool, request.file_containing_extension()), &answer);
      break;
    case ServerReflectionRequest::kAllExtensionNumbersOfType:
      AnswerExtensionNumbers(pool, request.all_extension_numbers_of_type(), &answer);
      break;
    case ServerReflectionRequest::kListServices:
      for (const std::string& service : services) {
        answer.mutable_list_services_response()->add_service()->set_name(service);
      }
      break;
    case ServerReflectionRequest::MESSAGE_REQUEST_NOT_SET:
      Refuse(grpc::StatusCode::INVALID_ARGUMENT, "nothing is asked", &answer);
      break;
  }
  return answer;
}

}  // namespace mrg
