// Certificates that their CA has revoked, on real connections.

#include <string>

#include "gateway/base/reason.h"
#include "gateway/crypto/revocation_list.h"
#include "gateway/rpc/identity/testing/mtls_fixture.h"
#include "gateway/rpc/peers/peer_channel.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using audit::v1::GetCheckpointResponse;
using testing::HasSubstr;

TEST_F(MtlsTest, R15_ARevokedCertificateIsRefusedAlsoOnAConnectionThatIsOpen) {
  const auto channel = Channel(files_->Leaf(kDelta, "portal", kPortal), server_->api_port());
  const auto revoked = Channel(files_->Leaf(kDelta, "lost", kPortal), server_->api_port());
  GetCheckpointResponse response;
  ASSERT_TRUE(Call(revoked, &response).ok());
  const auto lists = ParsePemRevocationLists(files_->Revocations(kDelta, "lost"));
  ASSERT_TRUE(lists.ok()) << lists.status();

  identity_->ReplaceRevocations({{kDelta, *lists}});

  const absl::Status status = GrpcToStatus(Call(revoked, &response));
  EXPECT_EQ(ReasonOf(status), Reason::kIdentityInvalid);
  EXPECT_THAT(std::string(status.message()), HasSubstr("revoked"));
  EXPECT_TRUE(Call(channel, &response).ok());
}

TEST_F(MtlsTest, R15_AListThatHasRunOutOrIsMissingProvesNothing) {
  const auto channel = Channel(files_->Leaf(kDelta, "portal", kPortal), server_->api_port());
  const auto expired = ParsePemRevocationLists(files_->Revocations(kDelta, "", "--expired"));
  const auto of_another_ca = ParsePemRevocationLists(files_->Revocations(kDelta, "", "", "next"));
  ASSERT_TRUE(expired.ok() && of_another_ca.ok());
  GetCheckpointResponse response;

  identity_->ReplaceRevocations({{kDelta, *expired}});
  EXPECT_EQ(ReasonOf(GrpcToStatus(Call(channel, &response))), Reason::kIdentityInvalid);
  identity_->ReplaceRevocations({{kDelta, *of_another_ca}});
  EXPECT_EQ(ReasonOf(GrpcToStatus(Call(channel, &response))), Reason::kIdentityInvalid);
  identity_->ReplaceRevocations({});
  EXPECT_TRUE(Call(channel, &response).ok());
}

TEST_F(MtlsTest, R15_AListThatRunsOutWhileAConnectionIsOpenCountsFromThenOn) {
  const auto channel = Channel(files_->Leaf(kDelta, "portal", kPortal), server_->api_port());
  const auto lists = ParsePemRevocationLists(files_->Revocations(kDelta, ""));
  ASSERT_TRUE(lists.ok());
  identity_->ReplaceRevocations({{kDelta, *lists}});
  GetCheckpointResponse response;
  ASSERT_TRUE(Call(channel, &response).ok());

  clock_.SetWallTime(lists->front().next_update() - absl::Seconds(1));
  EXPECT_TRUE(Call(channel, &response).ok());
  clock_.SetWallTime(lists->front().next_update() + absl::Seconds(1));

  EXPECT_EQ(ReasonOf(GrpcToStatus(Call(channel, &response))), Reason::kIdentityInvalid);
}

TEST_F(MtlsTest, R15_ANodeWhoseCertificateIsRevokedIsNotTalkedTo) {
  const auto portal = files_->Leaf(kDelta, "portal", kPortal);
  const auto none = ParsePemRevocationLists(files_->Revocations(kDelta, ""));
  const auto of_node = ParsePemRevocationLists(files_->Revocations(kDelta, "node"));
  ASSERT_TRUE(none.ok() && of_node.ok());
  PeerChannelOptions options = {absl::StrCat("127.0.0.1:", server_->api_port()),
                                kDelta,
                                files_->Ca(kDelta).certificate_pem,
                                portal.certificate_pem,
                                portal.key_pem,
                                &caller_clock_};
  options.revocations = *of_node;
  const auto refusing = NewPeerChannel(options);
  options.revocations = *none;
  const auto channel = NewPeerChannel(options);
  ASSERT_TRUE(refusing.ok() && channel.ok());

  ExpectNoConnection(*refusing);
  GetCheckpointResponse response;
  EXPECT_TRUE(Call(*channel, &response).ok());
}

}  // namespace
}  // namespace mrg
