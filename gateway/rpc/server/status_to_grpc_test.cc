#include "gateway/rpc/server/status_to_grpc.h"

#include <string>

#include "gateway/base/field_violations.h"
#include "gateway/base/reason.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

template <typename Detail>
Detail DetailOf(const grpc::Status& status) {
  google::rpc::Status detailed;
  EXPECT_TRUE(detailed.ParseFromString(status.error_details()));
  Detail detail;
  int found = 0;
  for (const auto& any : detailed.details()) found += any.UnpackTo(&detail) ? 1 : 0;
  EXPECT_EQ(found, 1) << Detail::descriptor()->full_name();
  return detail;
}

TEST(StatusToGrpc, OkStaysOkBothWays) {
  EXPECT_TRUE(StatusToGrpc(absl::OkStatus()).ok());
  EXPECT_TRUE(GrpcToStatus(grpc::Status::OK).ok());
}

TEST(StatusToGrpc, EveryErrorReasonKeepsItsCodeTokenAndChineseAndComesBack) {
  for (const ReasonInfo& info : AllReasons()) {
    if (info.use != ReasonUse::kError) continue;
    const absl::Status before = MakeError(info.reason, "detail");
    const grpc::Status sent = StatusToGrpc(before);
    EXPECT_EQ(static_cast<int>(sent.error_code()), static_cast<int>(info.code)) << info.token;
    const auto error_info = DetailOf<google::rpc::ErrorInfo>(sent);
    EXPECT_EQ(error_info.reason(), std::string(info.token));
    EXPECT_EQ(error_info.domain(), "mrg.internal");
    EXPECT_EQ(error_info.metadata().at("next_step"), std::string(info.next_step));
    EXPECT_EQ(error_info.metadata().at("next_step_zh"), std::string(info.next_step_zh));
    const auto localized = DetailOf<google::rpc::LocalizedMessage>(sent);
    EXPECT_EQ(localized.locale(), "zh-CN");
    EXPECT_EQ(localized.message(), std::string(info.chinese));
    EXPECT_EQ(GrpcToStatus(sent), before) << info.token;
  }
}

// The nodes of version 0.1.0 know no other, and end their search for a newer root by the reason.
TEST(StatusToGrpc, WhatNodesAskEachOtherIsAnsweredInTheFormerDomain) {
  const std::string of_nodes(ErrorDomainOf("mrg.trustlist.v1.TrustRepositoryService"));
  EXPECT_EQ(of_nodes, "mrg");
  EXPECT_EQ(ErrorDomainOf("mrg.trustlist.v1.FederationKeyService"), "mrg");
  EXPECT_EQ(ErrorDomainOf("mrg.dispute.v1.DisputeRelayService"), "mrg");
  EXPECT_EQ(ErrorDomainOf("mrg.dispute.v1.DisputeService"), "mrg.internal");
  EXPECT_EQ(ErrorDomainOf("mrg.gateway.v1.RecognitionService"), "mrg.internal");

  const absl::Status before = MakeError(Reason::kMetadataNotFound, "no newer root");
  const grpc::Status sent = StatusToGrpc(before, of_nodes);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(sent).domain(), "mrg");
  EXPECT_EQ(GrpcToStatus(sent), before);
}

TEST(StatusToGrpc, AFieldErrorNamesItsFieldAndComesBack) {
  const absl::Status before =
      MakeFieldError(Reason::kFieldRequired, "presentation.detached.document", "is empty");
  const grpc::Status sent = StatusToGrpc(before);
  EXPECT_EQ(sent.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const auto bad_request = DetailOf<google::rpc::BadRequest>(sent);
  ASSERT_EQ(bad_request.field_violations_size(), 1);
  EXPECT_EQ(bad_request.field_violations(0).field(), "presentation.detached.document");
  const absl::Status after = GrpcToStatus(sent);
  EXPECT_EQ(after, before);
  EXPECT_EQ(FieldOf(after), "presentation.detached.document");
}

TEST(StatusToGrpc, EveryFieldThatIsWrongIsNamedWithWhatWasExpected) {
  FieldViolations violations;
  violations.Note(MakeFieldError(Reason::kFieldRequired, "type_code", "expected a value"));
  violations.Note(MakeFieldError(Reason::kFieldTooLong, "scenario", "expected at most 64 bytes"));

  const grpc::Status sent = StatusToGrpc(violations.status());

  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(sent).reason(), "FIELD_REQUIRED");
  const auto bad_request = DetailOf<google::rpc::BadRequest>(sent);
  ASSERT_EQ(bad_request.field_violations_size(), 2);
  EXPECT_EQ(bad_request.field_violations(0).field(), "type_code");
  EXPECT_EQ(bad_request.field_violations(0).description(),
            "a required field is empty: expected a value");
  EXPECT_EQ(bad_request.field_violations(1).field(), "scenario");
  EXPECT_EQ(bad_request.field_violations(1).description(),
            "a field is longer than its limit: expected at most 64 bytes");
}

TEST(StatusToGrpc, OverloadedSaysWhenToRetry) {
  const auto retry =
      DetailOf<google::rpc::RetryInfo>(StatusToGrpc(MakeError(Reason::kOverloaded, "full")));
  EXPECT_EQ(retry.retry_delay().seconds(), 1);
}

TEST(StatusToGrpc, ALibrarysErrorTextStaysInside) {
  const grpc::Status sent = StatusToGrpc(absl::NotFoundError("/secret/path"));
  EXPECT_EQ(sent.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(sent).reason(), "INVARIANT_BROKEN");
  EXPECT_EQ(sent.error_message().find("secret"), std::string::npos);
  EXPECT_EQ(sent.error_details().find("secret"), std::string::npos);
}

TEST(GrpcToStatus, AForeignDomainOrUnknownTokenGivesNoReason) {
  google::rpc::Status detailed;
  google::rpc::ErrorInfo error_info;
  error_info.set_reason("OVERLOADED");
  error_info.set_domain("elsewhere");
  detailed.add_details()->PackFrom(error_info);
  const absl::Status foreign = GrpcToStatus(
      grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "quota", detailed.SerializeAsString()));
  EXPECT_EQ(foreign.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(ReasonOf(foreign).has_value());

  error_info.set_reason("OF_A_LATER_VERSION");
  error_info.set_domain("mrg");
  detailed.mutable_details(0)->PackFrom(error_info);
  const absl::Status later =
      GrpcToStatus(grpc::Status(grpc::StatusCode::ABORTED, "later", detailed.SerializeAsString()));
  EXPECT_EQ(later.code(), absl::StatusCode::kAborted);
  EXPECT_FALSE(ReasonOf(later).has_value());
}

TEST(GrpcToStatus, GarbageDetailsAndStrangeCodesAreUnknownNotTrusted) {
  const absl::Status garbage =
      GrpcToStatus(grpc::Status(grpc::StatusCode::UNAVAILABLE, "down", "\xff\xff"));
  EXPECT_EQ(garbage.code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(ReasonOf(garbage).has_value());
  // 31 is the largest value that this enum can hold.
  EXPECT_EQ(GrpcToStatus(grpc::Status(static_cast<grpc::StatusCode>(31), "odd")).code(),
            absl::StatusCode::kUnknown);
}

}  // namespace
}  // namespace mrg
