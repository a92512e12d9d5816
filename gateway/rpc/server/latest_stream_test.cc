#include "gateway/rpc/server/latest_stream.h"

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"
#include "grpcpp/support/status.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr char kOne[] = "spiffe://chuanyu.example/node/log-1";
constexpr char kSibling[] = "spiffe://chuanyu.example/node/log-2";
constexpr char kOther[] = "spiffe://hub.example/node/log-1";
constexpr size_t kOfOne = 2;

class OpenStreamsTest : public ::testing::Test {
 protected:
  ~OpenStreamsTest() override {
    while (!open_.empty()) CloseFirst();
  }

  // Result: how the call ended; OK while it is open.
  grpc::StatusCode Open(absl::string_view caller, OpenStreams* streams) {
    const OpenStreams::Opened opened =
        streams->Open(*SpiffeId::Parse(caller),
                      {[](const absl::Status&) {}, [this](int code) { ended_with_ = code; }});
    if (opened.admitted) {
      open_.push_back(opened.stream);
      return grpc::StatusCode::OK;
    }
    opened.stream->OnDone();  // as gRPC does
    return static_cast<grpc::StatusCode>(ended_with_);
  }
  grpc::StatusCode Open(absl::string_view caller) { return Open(caller, &of_identities_); }
  void CloseFirst() {
    open_.front()->OnDone();
    open_.erase(open_.begin());
  }

  OpenStreams of_identities_{
      {.streams_max = 2 * kOfOne, .party_streams_max = kOfOne, .party = Party::kIdentity}};
  OpenStreams of_members_{
      {.streams_max = 2 * kOfOne, .party_streams_max = kOfOne, .party = Party::kTrustDomain}};
  std::vector<LatestStream*> open_;
  int ended_with_ = 0;
};

using Threat = OpenStreamsTest;

TEST_F(Threat, H7_WhoHasAllItsStreamsGetsNoMoreAndAnotherStillGetsItsOwn) {
  for (size_t i = 0; i < kOfOne; ++i) EXPECT_EQ(Open(kOne), grpc::StatusCode::OK);
  EXPECT_EQ(Open(kOne), grpc::StatusCode::RESOURCE_EXHAUSTED);

  EXPECT_EQ(Open(kSibling), grpc::StatusCode::OK);
  CloseFirst();
  EXPECT_EQ(Open(kOne), grpc::StatusCode::OK) << "one of its own has ended";
  EXPECT_EQ(Open(kOne), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(Threat, H7_AMemberHasNoMoreStreamsUnderSeveralIdentities) {
  for (size_t i = 0; i < kOfOne; ++i) EXPECT_EQ(Open(kOne, &of_members_), grpc::StatusCode::OK);

  EXPECT_EQ(Open(kSibling, &of_members_), grpc::StatusCode::RESOURCE_EXHAUSTED);

  for (size_t i = 0; i < kOfOne; ++i) EXPECT_EQ(Open(kOther, &of_members_), grpc::StatusCode::OK);
}

TEST_F(OpenStreamsTest, AllTogetherAreBoundedAndARefusedOneTakesNoPlace) {
  for (size_t i = 0; i < kOfOne; ++i) {
    EXPECT_EQ(Open(kOne), grpc::StatusCode::OK);
    EXPECT_EQ(Open(kSibling), grpc::StatusCode::OK);
  }
  EXPECT_EQ(Open(kOther), grpc::StatusCode::RESOURCE_EXHAUSTED);

  CloseFirst();

  EXPECT_EQ(Open(kOther), grpc::StatusCode::OK);
}

TEST_F(OpenStreamsTest, NoneIsOpenedOnceTheNodeStops) {
  EXPECT_EQ(Open(kOne), grpc::StatusCode::OK);
  EXPECT_EQ(of_identities_.open(), 1u);

  of_identities_.EndAll();

  EXPECT_EQ(Open(kOne), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace mrg
