// Bad input to CatalogueService: each field of each request is checked and named.

#include <string>
#include <vector>

#include "gateway/translation/testing/shipped_file.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/catalogue_service.pb.h"
#include "tests/federation/federation_suite.h"
#include "tests/scenario/bad_request_table.h"

namespace mrg {
namespace {

using gateway::v1::CheckCoverageRequest;
using gateway::v1::GetCredentialTypeRequest;
using gateway::v1::ListAgreementsRequest;
using gateway::v1::ListCredentialTypesRequest;
using gateway::v1::ListScenariosRequest;

constexpr char kService[] = "/mrg.gateway.v1.CatalogueService/";

class BadCatalogueInput : public FederationSuite {
 protected:
  static void SetUpTestSuite() { StartOnce(); }

  static void ExpectRows(const std::string& method, const google::protobuf::Message& valid,
                         const std::vector<BadField>& rows) {
    ExpectEachRefused(federation().Api(kDelta, "platform-31"), kService + method, valid, rows);
  }
  // The instant has two fields; it is refused as one.
  template <typename Request>
  static void ExpectBadInstant(const std::string& method, Request request) {
    request.mutable_at()->set_seconds(253402300800);
    ExpectRefused(federation().Api(kDelta, "platform-31"), kService + method, request, "at",
                  "FIELD_MALFORMED");
    request.mutable_at()->set_seconds(0);
    request.mutable_at()->set_nanos(-1);
    ExpectRefused(federation().Api(kDelta, "platform-31"), kService + method, request, "at",
                  "FIELD_MALFORMED");
  }

  static std::vector<BadField> BadPages(const std::string& too_many) {
    return {{"page_size", "-1", "FIELD_MALFORMED"},
            {"page_size", too_many, "FIELD_MALFORMED"},
            {"page_token", "a token", "FIELD_MALFORMED"},
            {"page_token", kNotUtf8, "FIELD_NOT_UTF8"},
            {"page_token", std::string(257, 'a'), "FIELD_TOO_LONG"}};
  }
  static std::vector<BadField> With(std::vector<BadField> rows,
                                    const std::vector<BadField>& others) {
    rows.insert(rows.end(), others.begin(), others.end());
    return rows;
  }
};

TEST_F(BadCatalogueInput, EachFieldOfTheListsIsChecked) {
  ExpectRows("ListCredentialTypes", ListCredentialTypesRequest(),
             With(BadPages("201"), {{"jurisdiction", "3", "FIELD_MALFORMED"},
                                    {"jurisdiction", kNotUtf8, "FIELD_NOT_UTF8"}}));
  ExpectRows("ListAgreements", ListAgreementsRequest(),
             With(BadPages("101"), {{"jurisdiction", "311", "FIELD_MALFORMED"},
                                    {"agreement_id", "Delta", "FIELD_MALFORMED"},
                                    {"agreement_id", std::string(65, 'a'), "FIELD_MALFORMED"},
                                    {"agreement_id", kNotUtf8, "FIELD_NOT_UTF8"}}));
  ExpectBadInstant("ListAgreements", ListAgreementsRequest());
  ExpectRows("ListScenarios", ListScenariosRequest(), BadPages("201"));
}

TEST_F(BadCatalogueInput, EachFieldOfGetCredentialTypeIsCheckedAndAnUnknownOneIsNotFound) {
  GetCredentialTypeRequest valid;
  valid.set_jurisdiction("31");
  valid.set_type_code(kDrivingLicenceType);
  ExpectRows("GetCredentialType", valid,
             {{"jurisdiction", "", "FIELD_REQUIRED"},
              {"jurisdiction", "3a", "FIELD_MALFORMED"},
              {"jurisdiction", kNotUtf8, "FIELD_NOT_UTF8"},
              {"type_code", "", "FIELD_REQUIRED"},
              {"type_code", "11100000xx0000019l003", "FIELD_MALFORMED"},
              {"type_code", kNotUtf8, "FIELD_NOT_UTF8"}});
  valid.set_type_code("11100000XX0000019L099");
  ExpectRefused(federation().Api(kDelta, "platform-31"),
                std::string(kService) + "GetCredentialType", valid, "",
                "CREDENTIAL_TYPE_NOT_FOUND");
}

TEST_F(BadCatalogueInput, EachFieldOfCheckCoverageIsChecked) {
  CheckCoverageRequest valid;
  valid.set_using_jurisdiction("31");
  valid.set_issuing_jurisdiction("50");
  valid.set_type_code(kDrivingLicenceType);
  valid.set_scenario("government-service");
  ExpectRows("CheckCoverage", valid,
             {{"using_jurisdiction", "", "FIELD_REQUIRED"},
              {"using_jurisdiction", "311", "FIELD_MALFORMED"},
              {"using_jurisdiction", kNotUtf8, "FIELD_NOT_UTF8"},
              {"issuing_jurisdiction", "", "FIELD_REQUIRED"},
              {"issuing_jurisdiction", "上海", "FIELD_MALFORMED"},
              {"type_code", "", "FIELD_REQUIRED"},
              {"type_code", "11100000XX0000019L00", "FIELD_MALFORMED"},
              {"scenario", "", "FIELD_REQUIRED"},
              {"scenario", "a_b", "FIELD_MALFORMED"},
              {"document_standard", "a b", "FIELD_MALFORMED"},
              {"target_standard", std::string(65, 'a'), "FIELD_MALFORMED"},
              {"requested_elements[0]", "", "FIELD_REQUIRED"},
              {"requested_elements[0]", "face/driver", "FIELD_MALFORMED"},
              {"requested_elements[0]", std::string(65, 'a'), "FIELD_TOO_LONG"}});
  ExpectBadInstant("CheckCoverage", valid);
  for (int i = 0; i < 257; ++i) valid.add_requested_elements("status");
  ExpectRefused(federation().Api(kDelta, "platform-31"), std::string(kService) + "CheckCoverage",
                valid, "requested_elements", "FIELD_TOO_LONG");
}

}  // namespace
}  // namespace mrg
