#include "tests/scenario/recognition_suite.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/receipt/receipt_check.h"
#include "gateway/translation/testing/shipped_file.h"
#include "google/protobuf/text_format.h"
#include "mrg/gateway/v1/catalogue.pb.h"
#include "tests/federation/wire_call.h"

namespace mrg {
namespace {

using gateway::v1::CatalogueEntry;
using gateway::v1::IssuerEntry;

absl::Status StageWiderCatalogue(const Federation& federation) {
  gateway::v1::CatalogueList list;
  MRG_RETURN_IF_ERROR(
      ParseTextMessage(ShippedFile("deploy/regions/yangtze-delta/catalogue-32.textproto"),
                       Reason::kCatalogueInvalid, &list));
  for (CatalogueEntry& entry : *list.mutable_entries()) {
    if (entry.type_code() != kDrivingLicenceType) continue;
    entry.add_standards(kPacklessStandard);
    CatalogueEntry unagreed = entry;
    unagreed.set_type_code(kUnagreedType);
    unagreed.set_name("样例登记证");
    unagreed.clear_aliases();
    unagreed.clear_regional_codes();
    *list.add_entries() = unagreed;
    break;
  }
  std::string text;
  google::protobuf::TextFormat::PrintToString(list, &text);
  MRG_RETURN_IF_ERROR(federation.Stage(kDelta, {"--catalogue", "32"}, text));
  return federation.Sign(kDelta, "j-32");
}

absl::Status StageSecondKey(const Federation& federation, absl::string_view jurisdiction,
                            const std::function<void(IssuerEntry*)>& change) {
  gateway::v1::IssuerList list;
  *list.add_entries() = ListingOf(federation, "issuer", jurisdiction);
  *list.add_entries() = ListingOf(federation, "unlisted", jurisdiction);
  change(list.mutable_entries(1));
  return StageIssuers(federation, jurisdiction, list);
}

absl::Status StageSecondKeys(const Federation& federation) {
  const absl::Time now = RealClock().Now();
  MRG_RETURN_IF_ERROR(StageSecondKey(federation, "31", [](IssuerEntry* entry) {
    entry->set_key_use(gateway::v1::ISSUER_KEY_USE_ENCRYPTION);
  }));
  MRG_RETURN_IF_ERROR(StageSecondKey(federation, "33", [](IssuerEntry* entry) {
    entry->clear_type_codes();
    entry->add_type_codes(kIdentityCardType);
  }));
  MRG_RETURN_IF_ERROR(StageSecondKey(federation, "34", [now](IssuerEntry* entry) {
    *entry->mutable_listed_from() = ToTimestamp(now + absl::Hours(24));
  }));
  MRG_RETURN_IF_ERROR(StageSecondKey(federation, "50", [](IssuerEntry* entry) {
    gateway::v1::IssuerState* state = entry->add_states();
    state->set_kind(gateway::v1::ISSUER_STATE_KIND_RETIRED);
    *state->mutable_from() =
        ToTimestamp(absl::FromCivil(absl::CivilDay(2026, 2, 1), absl::FixedTimeZone(8 * 60 * 60)));
  }));
  return StageSecondKey(federation, "51", [now](IssuerEntry* entry) {
    gateway::v1::IssuerState* state = entry->add_states();
    state->set_kind(gateway::v1::ISSUER_STATE_KIND_COMPROMISED);
    *state->mutable_from() = ToTimestamp(now - absl::Hours(1));
  });
}

}  // namespace

void RecognitionSuite::SetUpTestSuite() {
  FederationOptions options;
  options.before_publish = [](Federation& federation) {
    MRG_RETURN_IF_ERROR(StageWiderCatalogue(federation));
    return StageSecondKeys(federation);
  };
  StartOnce(std::move(options));
}

std::shared_ptr<grpc::Channel> RecognitionSuite::Platform(absl::string_view jurisdiction) {
  return federation().Api(MemberOf(jurisdiction), absl::StrCat("platform-", jurisdiction));
}

gateway::v1::Presentation RecognitionSuite::Signed(absl::string_view jurisdiction,
                                                   absl::string_view document) {
  return SignedBy(*IssuerKey(federation(), "issuer", jurisdiction), document);
}

gateway::v1::RecognizeResponse RecognitionSuite::Recognized(
    const gateway::v1::RecognizeRequest& request) {
  gateway::v1::RecognizeResponse response;
  const grpc::Status status = Recognize(Platform(request.using_jurisdiction()), request, &response);
  EXPECT_TRUE(status.ok()) << ReasonIn(status);
  return response;
}

std::string RecognitionSuite::AnswerAbout(absl::string_view using_side, absl::string_view issuing,
                                          const gateway::v1::Presentation& presentation) {
  return AnswerTo(Platform(using_side), Question(using_side, issuing, presentation));
}

absl::StatusOr<audit::v1::DecisionRecord> RecognitionSuite::Checked(
    absl::string_view member, const gateway::v1::Receipt& receipt) {
  return CheckReceipt(CanonicalBytes(receipt), federation().LogKeys(member));
}

std::string RecognitionSuite::WriteFile(const std::string& name, absl::string_view bytes) {
  const std::string path = absl::StrCat(federation().folder(), "/", name);
  WriteTestFile(path, bytes);
  return path;
}

}  // namespace mrg
