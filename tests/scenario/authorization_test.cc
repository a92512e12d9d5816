// Who may call what: every RPC of every listener, enumerated from the protocol's files, so that a
// new one cannot be forgotten here.

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "gtest/gtest.h"
#include "mrg/dispute/v1/dispute_service.grpc.pb.h"
#include "mrg/gateway/v1/status.grpc.pb.h"
#include "mrg/gateway/v1/translation.grpc.pb.h"
#include "tests/federation/every_method.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wire_call.h"

namespace mrg {
namespace {

using dispute::v1::DisputeService;
using dispute::v1::FileDisputeRequest;
using dispute::v1::FileDisputeResponse;
using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;
using gateway::v1::SetLicenceStatusRequest;
using gateway::v1::SetLicenceStatusResponse;
using gateway::v1::StatusService;
using gateway::v1::TranslateRequest;
using gateway::v1::TranslateResponse;
using gateway::v1::TranslationService;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;

constexpr char kHealthCheck[] = "/grpc.health.v1.Health/Check";
constexpr char kHealthWatch[] = "/grpc.health.v1.Health/Watch";
constexpr char kReflectionAlpha[] =
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
constexpr char kReflection[] = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
// No message begins like this, so a call that is let in ends with FIELD_MALFORMED.
constexpr char kNoMessage[] = "\xFF\xFF\xFF";

// Result: "/package.Service/Method" of each RPC of our services that the listener offers.
std::vector<std::string> MethodsAt(const std::shared_ptr<grpc::Channel>& channel) {
  std::vector<std::string> methods;
  for (const google::protobuf::MethodDescriptor* method : EveryMethod()) {
    std::string name = absl::StrCat("/", method->service()->full_name(), "/", method->name());
    if (CallRaw(channel, name, kNoMessage).error_code() != grpc::StatusCode::UNIMPLEMENTED) {
      methods.push_back(std::move(name));
    }
  }
  EXPECT_FALSE(methods.empty());
  return methods;
}

// Result: the full names of our services there.
std::set<std::string> ServicesAt(const std::shared_ptr<grpc::Channel>& channel) {
  std::set<std::string> services;
  for (const std::string& method : MethodsAt(channel)) {
    services.insert(method.substr(1, method.rfind('/') - 1));
  }
  return services;
}

class AuthorizationScenario : public FederationSuite {
 protected:
  static void SetUpTestSuite() { StartOnce(); }

  static std::shared_ptr<grpc::Channel> At(const std::string& member, const std::string& listener,
                                           const std::string& identity) {
    return listener == "api" ? federation().Api(member, identity)
                             : federation().FederationListener(member, identity);
  }
};

TEST_F(AuthorizationScenario, EveryRpcRefusesAnIdentityWithoutARule) {
  const uint64_t size = federation().LogSize(kDelta);
  const int64_t version = federation().VersionAt(kDelta, kDelta, "timestamp");
  std::set<std::string> refused;
  for (const char* member : {kHub, kDelta, kChuanyu}) {
    for (const char* listener : {"api", "federation"}) {
      const auto stranger = At(member, listener, "stranger");
      for (const std::string& method : MethodsAt(stranger)) {
        const grpc::Status status = CallRaw(stranger, method, "");
        EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED) << method;
        EXPECT_EQ(ReasonIn(status), "IDENTITY_NOT_LISTED") << method;
        refused.insert(method);
      }
    }
  }
  EXPECT_THAT(refused, IsSupersetOf({"/mrg.gateway.v1.RecognitionService/Recognize",
                                     "/mrg.audit.v1.AuditService/ListRecords",
                                     "/mrg.gateway.v1.CatalogueService/CheckCoverage",
                                     "/mrg.trustlist.v1.TrustRepositoryService/Watch",
                                     "/mrg.dispute.v1.DisputeRelayService/Deliver"}));
  EXPECT_EQ(federation().LogSize(kDelta), size);
  EXPECT_EQ(federation().VersionAt(kDelta, kDelta, "timestamp"), version);
}

TEST_F(AuthorizationScenario, EachListenerOffersItsOwnServices) {
  EXPECT_THAT(ServicesAt(At(kDelta, "api", "stranger")),
              ElementsAre("mrg.audit.v1.AuditService", "mrg.dispute.v1.DisputeQueueService",
                          "mrg.dispute.v1.DisputeService", "mrg.gateway.v1.CatalogueService",
                          "mrg.gateway.v1.RecognitionService", "mrg.gateway.v1.StatusService",
                          "mrg.gateway.v1.TranslationService"));
  EXPECT_THAT(
      ServicesAt(At(kDelta, "federation", "stranger")),
      ElementsAre("mrg.dispute.v1.DisputeRelayService", "mrg.trustlist.v1.FederationKeyService",
                  "mrg.trustlist.v1.TrustRepositoryService"));
  EXPECT_THAT(
      ServicesAt(federation().Admin(kDelta)),
      ElementsAre("mrg.gateway.v1.AdminService", "mrg.trustlist.v1.TrustRepositoryService"));
}

TEST_F(AuthorizationScenario, H7_StrangersAreToldHowTheNodeIsAndNothingElseIsOpen) {
  for (const char* listener : {"api", "federation"}) {
    const auto stranger = At(kDelta, listener, "stranger");
    EXPECT_TRUE(CallRaw(stranger, kHealthCheck, "").ok());
    // A name of a service: field 1.
    EXPECT_EQ(ReasonIn(CallRaw(stranger, kHealthCheck, "\n\x01x")), "FIELD_MALFORMED");
    for (const char* closed : {kHealthWatch, kReflectionAlpha, kReflection}) {
      EXPECT_EQ(CallRaw(stranger, closed, "").error_code(), grpc::StatusCode::UNIMPLEMENTED)
          << closed;
    }
  }
  EXPECT_TRUE(CallRaw(federation().Admin(kDelta), kHealthCheck, "").ok());
}

TEST_F(AuthorizationScenario, TheAdminSocketSaysTheSameInBothVersionsOfReflection) {
  // The messages of both versions are the same on the wire.
  ServerReflectionRequest services, file, symbol, extension, numbers;
  services.set_list_services("*");
  file.set_file_by_filename("mrg/gateway/v1/admin.proto");
  symbol.set_file_containing_symbol("mrg.trustlist.v1.TrustRepositoryService.Watch");
  extension.mutable_file_containing_extension()->set_containing_type(
      "google.protobuf.MethodOptions");
  extension.mutable_file_containing_extension()->set_extension_number(72295728);
  numbers.set_all_extension_numbers_of_type("google.protobuf.FieldOptions");
  const auto admin = federation().Admin(kDelta);

  for (const auto& question : {services, file, symbol, extension, numbers}) {
    const std::string bytes = question.SerializeAsString();
    std::string alpha, v1;
    ASSERT_TRUE(CallRaw(admin, kReflectionAlpha, bytes, &alpha).ok());
    ASSERT_TRUE(CallRaw(admin, kReflection, bytes, &v1).ok());
    ServerReflectionResponse answer;
    ASSERT_TRUE(answer.ParseFromString(v1));
    EXPECT_FALSE(answer.has_error_response()) << answer.DebugString();
    EXPECT_TRUE(v1 == alpha) << question.DebugString();
  }

  std::string listed;
  ASSERT_TRUE(CallRaw(admin, kReflection, services.SerializeAsString(), &listed).ok());
  for (const char* service :
       {"mrg.gateway.v1.AdminService", "mrg.trustlist.v1.TrustRepositoryService",
        "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"}) {
    EXPECT_THAT(listed, HasSubstr(service));
  }
}

TEST_F(AuthorizationScenario, EachIdentityReachesItsOwnRpcsAndNoOther) {
  struct Caller {
    std::string identity;
    std::string listener;
    std::vector<std::string> allowed;  // beginnings of method names
  };
  const std::vector<Caller> callers = {
      {"platform-31",
       "api",
       {"/mrg.gateway.v1.RecognitionService/", "/mrg.gateway.v1.TranslationService/",
        "/mrg.gateway.v1.CatalogueService/", "/mrg.dispute.v1.DisputeService/"}},
      {"authority-31", "api", {"/mrg.gateway.v1.StatusService/"}},
      {"auditor",
       "api",
       {"/mrg.audit.v1.AuditService/", "/mrg.gateway.v1.CatalogueService/",
        "/mrg.dispute.v1.DisputeService/GetDispute",
        "/mrg.dispute.v1.DisputeService/ListDisputes"}},
      {"worker-case-31",
       "api",
       {"/mrg.dispute.v1.DisputeQueueService/", "/mrg.dispute.v1.DisputeService/GetDispute",
        "/mrg.dispute.v1.DisputeService/ListDisputes",
        "/mrg.dispute.v1.DisputeService/WatchDispute"}},
      {"operator", "api", {}},
      {"node", "api", {}},
      {"sichuan-chongqing/node", "api", {}},
      {"sichuan-chongqing/platform-50", "api", {}},
      {"sichuan-chongqing/auditor", "api", {}},
      {"hub/auditor", "api", {}},
      {"sichuan-chongqing/node",
       "federation",
       {"/mrg.trustlist.v1.TrustRepositoryService/", "/mrg.trustlist.v1.FederationKeyService/",
        "/mrg.dispute.v1.DisputeRelayService/"}},
      {"hub/node",
       "federation",
       {"/mrg.trustlist.v1.TrustRepositoryService/", "/mrg.trustlist.v1.FederationKeyService/",
        "/mrg.dispute.v1.DisputeRelayService/"}},
      {"node", "federation", {}},
      {"platform-31", "federation", {}},
      {"auditor",
       "federation",
       {"/mrg.trustlist.v1.TrustRepositoryService/GetMetadata",
        "/mrg.trustlist.v1.TrustRepositoryService/GetTarget"}},
      {"sichuan-chongqing/platform-50", "federation", {}},
  };
  for (const Caller& caller : callers) {
    const auto channel = At(kDelta, caller.listener, caller.identity);
    size_t reached = 0;
    for (const std::string& method : MethodsAt(channel)) {
      bool allowed = false;
      for (const std::string& prefix : caller.allowed) {
        allowed = allowed || absl::StartsWith(method, prefix);
      }
      EXPECT_EQ(ReasonIn(CallRaw(channel, method, kNoMessage)),
                allowed ? "FIELD_MALFORMED" : "IDENTITY_NOT_LISTED")
          << caller.identity << " " << method;
      reached += allowed ? 1 : 0;
    }
    EXPECT_GE(reached, caller.allowed.size()) << caller.identity;
  }
}

TEST_F(AuthorizationScenario, AServiceIsThereOnlyOnItsOwnListener) {
  const auto api = MethodsAt(At(kDelta, "api", "stranger"));
  const auto between = MethodsAt(At(kDelta, "federation", "stranger"));
  const auto admin = MethodsAt(federation().Admin(kDelta));
  const auto expect_absent = [](const std::shared_ptr<grpc::Channel>& channel,
                                const std::vector<std::string>& methods) {
    for (const std::string& method : methods) {
      // What a node holds is given to other nodes and, for bundles, to its own operator.
      if (absl::StartsWith(method, "/mrg.trustlist.v1.TrustRepositoryService/")) continue;
      EXPECT_EQ(CallRaw(channel, method, "").error_code(), grpc::StatusCode::UNIMPLEMENTED)
          << method;
    }
  };
  expect_absent(At(kDelta, "api", "operator"), admin);
  expect_absent(At(kDelta, "api", "sichuan-chongqing/node"), between);
  expect_absent(At(kDelta, "federation", "sichuan-chongqing/node"), admin);
  expect_absent(At(kDelta, "federation", "platform-31"), api);
  expect_absent(federation().Admin(kDelta), api);
  expect_absent(federation().Admin(kDelta), between);
  EXPECT_EQ(CallRaw(At(kDelta, "api", "operator"),
                    "/mrg.trustlist.v1.TrustRepositoryService/GetMetadata", "")
                .error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

// What the calls that name a jurisdiction say when an identity asks for one, and that nothing comes
// of it. `portal` and `authority` are certificates of the Delta's CA.
class JurisdictionOfTheCaller : public AuthorizationScenario {
 protected:
  void SetUp() override {
    AuthorizationScenario::SetUp();
    size_ = federation().LogSize(kDelta);
    version_ = federation().VersionAt(kDelta, kDelta, "status");
  }

  static std::shared_ptr<grpc::Channel> As(const std::string& spiffe_path) {
    const auto made = federation().MakeCertificate(kDelta, kDelta, "caller", spiffe_path);
    return federation().ChannelAs(kDelta, "api", made.pem, made.key_pem);
  }

  static grpc::Status RecognizeIn(const std::string& jurisdiction,
                                  const std::shared_ptr<grpc::Channel>& caller) {
    RecognizeResponse response;
    return Recognize(
        caller,
        Question(jurisdiction, "32",
                 SignedBy(*IssuerKey(federation(), "issuer", "32"), DrivingLicence("32"))),
        &response);
  }

  static grpc::Status TranslateIn(const std::string& jurisdiction,
                                  const std::shared_ptr<grpc::Channel>& caller) {
    TranslateRequest request;
    request.set_using_jurisdiction(jurisdiction);
    request.set_issuing_jurisdiction("32");
    request.set_type_code(kDrivingLicenceType);
    request.set_scenario("government-service");
    request.set_document_standard("delta-reply");
    request.set_document(DrivingLicence("32"));
    TranslateResponse response;
    return Call<TranslationService>(caller, &TranslationService::Stub::Translate, request,
                                    &response);
  }

  static grpc::Status RevokeIn(const std::string& jurisdiction,
                               const std::shared_ptr<grpc::Channel>& caller) {
    SetLicenceStatusRequest request;
    request.set_jurisdiction(jurisdiction);
    request.set_type_code(kDrivingLicenceType);
    request.set_licence_number(LicenceNumber("32", 1));
    request.set_action(gateway::v1::LICENCE_STATUS_ACTION_REVOKE);
    request.set_request_id(NewRequestId());
    SetLicenceStatusResponse response;
    return Call<StatusService>(caller, &StatusService::Stub::SetLicenceStatus, request, &response);
  }

  void ExpectRefused(const grpc::Status& status, const std::string& reason) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(ReasonIn(status), reason);
    EXPECT_EQ(federation().LogSize(kDelta), size_);
    EXPECT_EQ(federation().VersionAt(kDelta, kDelta, "status"), version_);
  }

  uint64_t size_ = 0;
  int64_t version_ = 0;
};

using Threat = JurisdictionOfTheCaller;

TEST_F(Threat, R12_AnotherProvinceOfTheSameNodeIsNotAllowed) {
  const auto portal = As("/jurisdiction/31/platform/portal");
  const auto authority = As("/jurisdiction/31/authority/" + SampleIssuerCode("31"));
  ExpectRefused(RecognizeIn("32", portal), "JURISDICTION_NOT_ALLOWED");
  ExpectRefused(TranslateIn("32", portal), "JURISDICTION_NOT_ALLOWED");
  ExpectRefused(RevokeIn("32", authority), "JURISDICTION_NOT_ALLOWED");
}

TEST_F(Threat, R12_AProvinceOfAnotherNodeIsNotAllowedToWhomItDoesNotBelong) {
  const auto portal = As("/jurisdiction/31/platform/portal");
  ExpectRefused(RecognizeIn("50", portal), "JURISDICTION_NOT_ALLOWED");
  ExpectRefused(TranslateIn("50", portal), "JURISDICTION_NOT_ALLOWED");
}

TEST_F(Threat, R12_AProvinceThatTheNodeDoesNotServeIsNotServed) {
  const auto portal = As("/jurisdiction/50/platform/portal");
  const auto authority = As("/jurisdiction/50/authority/" + SampleIssuerCode("50"));
  ExpectRefused(RecognizeIn("50", portal), "JURISDICTION_NOT_SERVED");
  ExpectRefused(TranslateIn("50", portal), "JURISDICTION_NOT_SERVED");
  ExpectRefused(RevokeIn("50", authority), "JURISDICTION_NOT_SERVED");
}

TEST_F(Threat, R12_TheReceiptOfAnotherProvinceIsNotDisputed) {
  RecognizeResponse recognized;
  ASSERT_TRUE(
      Recognize(As("/jurisdiction/31/platform/portal"),
                Question("31", "32",
                         SignedBy(*IssuerKey(federation(), "issuer", "32"), DrivingLicence("32"))),
                &recognized)
          .ok());
  size_ = federation().LogSize(kDelta);
  FileDisputeRequest request;
  request.set_request_id(NewRequestId());
  request.set_kind(dispute::v1::DISPUTE_KIND_FACE_INFORMATION_ERROR);
  request.set_receipt(CanonicalBytes(recognized.receipt()));
  request.set_document(DrivingLicence("32"));
  request.set_description("样例说明");
  FileDisputeResponse response;

  ExpectRefused(Call<DisputeService>(As("/jurisdiction/32/platform/portal"),
                                     &DisputeService::Stub::FileDispute, request, &response),
                "JURISDICTION_NOT_ALLOWED");
}

}  // namespace
}  // namespace mrg
