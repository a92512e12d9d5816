#include "gateway/rpc/server/reflection_answer.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "grpcpp/support/status.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptorProto;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// Adds a file `name` that imports `imports` and has a message `message` of numbers 100 to 199 for
// extensions.
void AddFile(const std::string& name, const std::vector<std::string>& imports,
             const std::string& message, DescriptorPool* pool) {
  FileDescriptorProto file;
  file.set_name(name);
  file.set_package("sample");
  for (const std::string& import : imports) file.add_dependency(import);
  auto* const type = file.add_message_type();
  type->set_name(message);
  type->add_extension_range()->set_start(100);
  type->mutable_extension_range(0)->set_end(200);
  ASSERT_NE(pool->BuildFile(file), nullptr);
}

void AddExtensions(const std::string& name, const std::string& of, const std::vector<int>& numbers,
                   DescriptorPool* pool) {
  FileDescriptorProto file;
  file.set_name(name);
  file.set_package("sample");
  file.add_dependency("base.proto");
  for (const int number : numbers) {
    auto* const extension = file.add_extension();
    extension->set_name("extension_" + std::to_string(number));
    extension->set_extendee(of);
    extension->set_number(number);
    extension->set_label(google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
    extension->set_type(google::protobuf::FieldDescriptorProto::TYPE_STRING);
  }
  ASSERT_NE(pool->BuildFile(file), nullptr);
}

class ReflectionAnswerTest : public testing::Test {
 protected:
  ReflectionAnswerTest() {
    AddFile("base.proto", {}, "Base", &pool_);
    AddFile("left.proto", {"base.proto"}, "Left", &pool_);
    AddFile("right.proto", {"base.proto"}, "Right", &pool_);
    AddFile("top.proto", {"left.proto", "right.proto"}, "Top", &pool_);
    AddExtensions("more.proto", ".sample.Base", {101, 150}, &pool_);
  }

  ServerReflectionResponse Answer(const ServerReflectionRequest& request) {
    return AnswerReflection(pool_, {"sample.Second", "sample.First"}, request);
  }
  // Result: the names of the files of an answer, in its order.
  static std::vector<std::string> FilesOf(const ServerReflectionResponse& answer) {
    std::vector<std::string> names;
    for (const std::string& bytes : answer.file_descriptor_response().file_descriptor_proto()) {
      FileDescriptorProto file;
      EXPECT_TRUE(file.ParseFromString(bytes));
      names.push_back(file.name());
    }
    return names;
  }
  void ExpectError(const ServerReflectionRequest& request, grpc::StatusCode code) {
    const ServerReflectionResponse answer = Answer(request);
    EXPECT_EQ(answer.error_response().error_code(), code) << request.DebugString();
    EXPECT_THAT(FilesOf(answer), IsEmpty());
    EXPECT_EQ(answer.original_request().SerializeAsString(), request.SerializeAsString());
  }

  DescriptorPool pool_;
  ServerReflectionRequest request_;
};

TEST_F(ReflectionAnswerTest, ServicesAreListedInTheirOrder) {
  request_.set_host("here");
  request_.set_list_services("whatever");

  const ServerReflectionResponse answer = Answer(request_);

  ASSERT_EQ(answer.list_services_response().service_size(), 2);
  EXPECT_EQ(answer.list_services_response().service(0).name(), "sample.Second");
  EXPECT_EQ(answer.list_services_response().service(1).name(), "sample.First");
  EXPECT_EQ(answer.valid_host(), "here");
  EXPECT_EQ(answer.original_request().list_services(), "whatever");
}

TEST_F(ReflectionAnswerTest, AFileComesBeforeAllThatItImportsEachOnce) {
  request_.set_file_by_filename("top.proto");

  EXPECT_THAT(FilesOf(Answer(request_)),
              ElementsAre("top.proto", "left.proto", "base.proto", "right.proto"));
}

TEST_F(ReflectionAnswerTest, AFileIsFoundByASymbolInIt) {
  request_.set_file_containing_symbol("sample.Left");

  EXPECT_THAT(FilesOf(Answer(request_)), ElementsAre("left.proto", "base.proto"));
}

TEST_F(ReflectionAnswerTest, AFileIsFoundByAnExtensionInIt) {
  request_.mutable_file_containing_extension()->set_containing_type("sample.Base");
  request_.mutable_file_containing_extension()->set_extension_number(150);

  EXPECT_THAT(FilesOf(Answer(request_)), ElementsAre("more.proto", "base.proto"));
}

TEST_F(ReflectionAnswerTest, ATypesExtensionsAreNumbered) {
  request_.set_all_extension_numbers_of_type("sample.Base");

  const ServerReflectionResponse answer = Answer(request_);

  EXPECT_EQ(answer.all_extension_numbers_response().base_type_name(), "sample.Base");
  EXPECT_THAT(answer.all_extension_numbers_response().extension_number(),
              UnorderedElementsAre(101, 150));
}

TEST_F(ReflectionAnswerTest, ATypeWithoutExtensionsIsNoError) {
  request_.set_all_extension_numbers_of_type("sample.Top");

  const ServerReflectionResponse answer = Answer(request_);

  EXPECT_TRUE(answer.has_all_extension_numbers_response());
  EXPECT_THAT(answer.all_extension_numbers_response().extension_number(), IsEmpty());
}

TEST_F(ReflectionAnswerTest, WhatIsNotThereIsNotFound) {
  request_.set_file_by_filename("none.proto");
  ExpectError(request_, grpc::StatusCode::NOT_FOUND);
  request_.set_file_containing_symbol("sample.None");
  ExpectError(request_, grpc::StatusCode::NOT_FOUND);
  request_.set_all_extension_numbers_of_type("sample.None");
  ExpectError(request_, grpc::StatusCode::NOT_FOUND);
  request_.mutable_file_containing_extension()->set_containing_type("sample.None");
  ExpectError(request_, grpc::StatusCode::NOT_FOUND);
  request_.mutable_file_containing_extension()->set_containing_type("sample.Base");
  request_.mutable_file_containing_extension()->set_extension_number(102);
  ExpectError(request_, grpc::StatusCode::NOT_FOUND);
}

TEST_F(ReflectionAnswerTest, NoQuestionIsAnInvalidArgument) {
  ExpectError(request_, grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace mrg
