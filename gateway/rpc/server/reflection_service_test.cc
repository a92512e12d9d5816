#include "gateway/rpc/server/reflection_service.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptorProto;
using grpc::reflection::v1::ServerReflection;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;
using testing::UnorderedElementsAre;

// A client's side of one stream.
class Asker {
 public:
  explicit Asker(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(channel), stream_(stub_.ServerReflectionInfo(&context_)) {}

  // Result: the answer; an empty message when the stream is over.
  ServerReflectionResponse Ask(const ServerReflectionRequest& question) {
    ServerReflectionResponse answer;
    stream_->Write(question);
    stream_->Read(&answer);
    return answer;
  }
  absl::Status End() {
    stream_->WritesDone();
    return GrpcToStatus(stream_->Finish());
  }

 private:
  grpc::ClientContext context_;
  ServerReflection::Stub stub_;
  std::unique_ptr<grpc::ClientReaderWriter<ServerReflectionRequest, ServerReflectionResponse>>
      stream_;
};

class ReflectionServiceTest : public testing::Test {
 protected:
  ReflectionServiceTest() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.SetOption(OfferReflection());
    builder.RegisterService(&health_);
    server_ = builder.BuildAndStart();
    channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                                   grpc::InsecureChannelCredentials());
    list_.set_list_services("*");
  }

  grpc::health::v1::Health::Service health_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  ServerReflectionRequest list_;
};

TEST_F(ReflectionServiceTest, EveryServiceOfTheServerIsListed) {
  Asker asker(channel_);

  const ServerReflectionResponse answer = asker.Ask(list_);

  std::vector<std::string> names;
  for (const auto& service : answer.list_services_response().service()) {
    names.push_back(service.name());
  }
  EXPECT_THAT(names,
              UnorderedElementsAre("grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"));
  EXPECT_TRUE(asker.End().ok());
}

TEST_F(ReflectionServiceTest, AListedServiceCanBeCalledByWhatIsAnswered) {
  Asker asker(channel_);
  ServerReflectionRequest question;
  question.set_file_containing_symbol("grpc.health.v1.Health");

  const ServerReflectionResponse answer = asker.Ask(question);

  DescriptorPool pool;
  for (const std::string& bytes : answer.file_descriptor_response().file_descriptor_proto()) {
    FileDescriptorProto file;
    ASSERT_TRUE(file.ParseFromString(bytes));
    ASSERT_NE(pool.BuildFile(file), nullptr);
  }
  EXPECT_NE(pool.FindMethodByName("grpc.health.v1.Health.Check"), nullptr);
}

TEST_F(ReflectionServiceTest, AQuestionWithoutAnAnswerDoesNotEndTheStream) {
  Asker asker(channel_);
  ServerReflectionRequest question;
  question.set_file_by_filename("none.proto");

  EXPECT_TRUE(asker.Ask(question).has_error_response());

  EXPECT_TRUE(asker.Ask(list_).has_list_services_response());
  EXPECT_TRUE(asker.End().ok());
}

TEST_F(ReflectionServiceTest, TheLongestQuestionIsAnsweredAndALongerOneEndsTheStream) {
  Asker asker(channel_);
  ServerReflectionRequest question;
  // A tag and a length of two bytes stand before the name.
  question.set_file_by_filename(std::string(kReflectionRequestBytesMax - 3, 'x'));
  ASSERT_EQ(question.ByteSizeLong(), kReflectionRequestBytesMax);

  EXPECT_TRUE(asker.Ask(question).has_error_response());

  question.mutable_file_by_filename()->push_back('x');
  EXPECT_FALSE(asker.Ask(question).has_error_response());
  EXPECT_EQ(ReasonOf(asker.End()), Reason::kMessageTooLarge);
}

TEST_F(ReflectionServiceTest, StreamsAreBoundedAndOneThatEndsMakesRoom) {
  std::vector<std::unique_ptr<Asker>> askers;
  for (int i = 0; i < kReflectionStreamsMax; ++i) {
    askers.push_back(std::make_unique<Asker>(channel_));
    ASSERT_TRUE(askers.back()->Ask(list_).has_list_services_response()) << i;
  }

  Asker refused(channel_);
  EXPECT_FALSE(refused.Ask(list_).has_list_services_response());
  EXPECT_EQ(ReasonOf(refused.End()), Reason::kOverloaded);

  EXPECT_TRUE(askers.back()->End().ok());
  Asker next(channel_);
  EXPECT_TRUE(next.Ask(list_).has_list_services_response());
  for (const auto& asker : askers) {
    if (asker != askers.back()) {
      EXPECT_TRUE(asker->End().ok());
    }
  }
}

}  // namespace
}  // namespace mrg
