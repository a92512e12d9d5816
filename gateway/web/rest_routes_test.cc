#include "gateway/web/rest_routes.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "google/api/annotations.pb.h"
#include "gtest/gtest.h"
#include "mrg/audit/v1/audit.pb.h"
#include "mrg/dispute/v1/dispute_queue.pb.h"
#include "mrg/dispute/v1/dispute_relay.pb.h"
#include "mrg/dispute/v1/dispute_service.pb.h"
#include "mrg/gateway/v1/admin.pb.h"
#include "mrg/gateway/v1/catalogue_service.pb.h"
#include "mrg/gateway/v1/recognition.pb.h"
#include "mrg/gateway/v1/status.pb.h"
#include "mrg/gateway/v1/translation.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "mrg/trustlist/v1/trust_repository.pb.h"

namespace mrg {
namespace {

using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

// Of every service of the interface files, offered to who calls `api` or not.
std::vector<const MethodDescriptor*> EveryMethod() {
  std::vector<const MethodDescriptor*> methods;
  for (const FileDescriptor* file : {gateway::v1::RecognizeRequest::descriptor()->file(),
                                     gateway::v1::TranslateRequest::descriptor()->file(),
                                     gateway::v1::SetLicenceStatusRequest::descriptor()->file(),
                                     gateway::v1::ListScenariosRequest::descriptor()->file(),
                                     gateway::v1::PublishRequest::descriptor()->file(),
                                     audit::v1::ListRecordsRequest::descriptor()->file(),
                                     dispute::v1::FileDisputeRequest::descriptor()->file(),
                                     dispute::v1::AcceptDisputeRequest::descriptor()->file(),
                                     dispute::v1::DeliverRequest::descriptor()->file(),
                                     trustlist::v1::GetMetadataRequest::descriptor()->file(),
                                     trustlist::v1::GetEpochKeyRequest::descriptor()->file()}) {
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        methods.push_back(file->service(i)->method(j));
      }
    }
  }
  return methods;
}

TEST(RestRoutes, EveryCallOfTheApiListenerHasOneAndNoOtherCallHas) {
  std::vector<std::string> routes;
  for (const MethodDescriptor* method : EveryMethod()) {
    const auto rule = RestRuleOf(*method);
    ASSERT_TRUE(rule.ok()) << rule.status();
    if (!rule->has_value()) continue;
    routes.push_back(absl::StrCat(method->name(), " ", (*rule)->http_method, " ",
                                  (*rule)->path.one_name_a_segment()));
  }

  EXPECT_THAT(
      routes,
      ElementsAre(
          "Recognize POST /v1/licences:recognize", "Translate POST /v1/documents:translate",
          "SetLicenceStatus POST /v1/licences:setStatus",
          "ListCredentialTypes GET /v1/credentialTypes",
          "GetCredentialType GET /v1/jurisdictions/{jurisdiction}/credentialTypes/{type_code}",
          "ListAgreements GET /v1/agreements", "ListScenarios GET /v1/scenarios",
          "CheckCoverage POST /v1/coverage:check", "GetCheckpoint GET /v1/log/checkpoint",
          "GetInclusionProof GET /v1/log/inclusionProof",
          "GetConsistencyProof GET /v1/log/consistencyProof", "ListRecords GET /v1/log/records",
          "FileDispute POST /v1/disputes", "GetDispute GET /v1/disputes/{dispute_1}/{dispute_2}",
          "ListDisputes GET /v1/disputes",
          "AcceptDispute POST /v1/disputes/{dispute_1}/{dispute_2}:accept",
          "RefuseDispute POST /v1/disputes/{dispute_1}/{dispute_2}:refuse",
          "ClaimDisputes POST /v1/queues/{queue}/disputes:claim",
          "HeartbeatDispute POST /v1/leases:heartbeat",
          "CompleteDispute POST /v1/disputes:complete", "ReleaseDispute POST /v1/leases:release"));
}

TEST(RestRoutes, CallsThatOtherNodesAndOperatorsMakeHaveNoRoute) {
  std::set<std::string> closed;
  for (const MethodDescriptor* method : EveryMethod()) {
    if (!method->options().HasExtension(google::api::http)) {
      closed.insert(method->service()->name());
    }
  }

  EXPECT_THAT(closed, ElementsAre("AdminService", "DisputeRelayService", "DisputeService",
                                  "FederationKeyService", "TrustRepositoryService"))
      << "of DisputeService the stream alone";
}

TEST(RestRoutes, EveryVariableOfAPathIsAFieldOfItsRequest) {
  for (const MethodDescriptor* method : EveryMethod()) {
    const auto rule = RestRuleOf(*method);
    if (!rule.ok() || !rule->has_value()) continue;
    for (const std::string& variable : (*rule)->path.variables()) {
      EXPECT_NE(method->input_type()->FindFieldByName(variable), nullptr) << method->full_name();
    }
  }
}

TEST(RestRoutes, APathLeadsToOneCall) {
  const UnaryMethod recognize = {
      {"mrg.gateway.v1.RecognitionService", "Recognize"}, {}, {}, {}, {}};
  const auto routes = RestRoutes::Create({&recognize});
  ASSERT_TRUE(routes.ok()) << routes.status();

  const RestRoutes::Found found = routes->Find("POST", "/v1/licences:recognize");
  ASSERT_NE(found.route, nullptr);
  EXPECT_EQ(found.route->method, &recognize);
  EXPECT_EQ(routes->Find("PUT", "/v1/licences:recognize").allowed, "POST");
  EXPECT_EQ(routes->Find("GET", "/v1/other").allowed, "");
  EXPECT_EQ(routes->Find("GET", "/v1/disputes").route, nullptr) << "what is not offered has none";
}

TEST(RestQuery, IsReadAsFormsAre) {
  EXPECT_THAT(*ReadQuery(""), IsEmpty());
  EXPECT_THAT(*ReadQuery("a=1&b.c=x+y%26&a=&d=%E7%85%A7"),
              ElementsAre(Pair("a", "1"), Pair("b.c", "x y&"), Pair("a", ""), Pair("d", "照")));
  for (const char* query : {"a", "a&b=1", "&", "a=%", "a=%zz", "a=%FF", "%FF=1"}) {
    EXPECT_EQ(ReasonOf(ReadQuery(query).status()), Reason::kFieldMalformed) << query;
  }
}

}  // namespace
}  // namespace mrg
