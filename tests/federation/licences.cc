#include "tests/federation/licences.h"

#include <array>
#include <atomic>
#include <cstdio>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "gateway/catalogue/check_digits.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/translation/testing/shipped_file.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/recognition.grpc.pb.h"
#include "tests/federation/wire_call.h"

namespace mrg {
namespace {

// 2020-01-01 00:00, Asia/Shanghai.
constexpr int64_t kListedFrom = 1577808000;

const std::map<std::string, std::string, std::less<>> kIssuerCodes = {
    {"31", "11310000YY000001XH"}, {"32", "11320000YY000001XM"}, {"33", "11330000YY000001XR"},
    {"34", "11340000YY000001XX"}, {"44", "11440000YY000001XL"}, {"50", "11500000YY000001XT"},
    {"51", "11510000YY000001XY"}};

// The third region writes its licences in the Delta's standard.
bool WritesAsDelta(absl::string_view jurisdiction) { return MemberOf(jurisdiction) != kChuanyu; }

Scheme SchemeOf(absl::string_view jurisdiction) {
  return jurisdiction == "33" || jurisdiction == "51" ? Scheme::kEcdsaP256Sha256 : Scheme::kSm2Sm3;
}

gateway::v1::SignatureAlgorithm AlgorithmOf(Scheme scheme) {
  return scheme == Scheme::kSm2Sm3 ? gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3
                                   : gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256;
}

std::string Sample(absl::string_view region, absl::string_view name) {
  return std::string(absl::StripTrailingAsciiWhitespace(
      ShippedFile(absl::StrCat("deploy/regions/", region, "/samples/", name, ".json"))));
}

// An identifier (GB/T 36904) names the issuer under a check character.
std::string IdentifierOf(absl::string_view issuer_code) {
  constexpr absl::string_view kSerial = "2026000102";
  constexpr absl::string_view kVersion = "001";
  const std::string checked = absl::StrCat(kDrivingLicenceType, issuer_code, kSerial, kVersion);
  return absl::StrCat("1.2.156.3005.2.", kDrivingLicenceType, ".", issuer_code, ".", kSerial, ".",
                      kVersion, ".", std::string(1, Mod3736CheckCharacter(checked).value_or('?')));
}

}  // namespace

std::string SampleIssuerCode(absl::string_view jurisdiction) {
  const auto found = kIssuerCodes.find(jurisdiction);
  EXPECT_NE(found, kIssuerCodes.end()) << jurisdiction;
  return found == kIssuerCodes.end() ? "" : found->second;
}

std::string LicenceNumber(absl::string_view jurisdiction, int sequence) {
  constexpr std::array<int, 17> kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  std::string number = absl::StrFormat("%s%s19000101%03d", jurisdiction,
                                       WritesAsDelta(jurisdiction) ? "0101" : "0103", sequence);
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) sum += kWeights[i] * (number[i] - '0');
  return number + "10X98765432"[sum % 11];
}

std::string DrivingLicence(absl::string_view jurisdiction, int sequence) {
  const bool delta = WritesAsDelta(jurisdiction);
  const std::string from = delta ? "32" : "50";
  const std::string area = delta ? "0100" : "0103";
  std::string document =
      delta ? Sample(kDelta, "32-driving-licence") : Sample(kChuanyu, "50-driving-licence");
  if (!delta) {
    document = WithReplaced(document, IdentifierOf(SampleIssuerCode(from)),
                            IdentifierOf(SampleIssuerCode(jurisdiction)));
  }
  document = WithReplaced(document, LicenceNumber(from, 1), LicenceNumber(jurisdiction, sequence));
  document = WithReplaced(document, absl::StrCat("\"", SampleIssuerCode(from), "\""),
                          absl::StrCat("\"", SampleIssuerCode(jurisdiction), "\""));
  return WithReplaced(document, absl::StrCat("\"", from, area, "\""),
                      absl::StrCat("\"", jurisdiction, area, "\""));
}

std::string WithReplaced(std::string document, absl::string_view from, absl::string_view to) {
  EXPECT_TRUE(absl::StrContains(document, from)) << from;
  absl::StrReplaceAll({{from, to}}, &document);
  return document;
}

std::unique_ptr<Signer> IssuerKey(const Federation& federation, absl::string_view kind,
                                  absl::string_view jurisdiction) {
  const std::string path = federation.Path(MemberOf(jurisdiction),
                                           absl::StrCat("keys/", kind, "-", jurisdiction, ".pem"));
  auto signer = NewEvpSigner(SchemeOf(jurisdiction), ReadTestFile(path));
  EXPECT_TRUE(signer.ok()) << signer.status();
  return *std::move(signer);
}

gateway::v1::Presentation SignedBy(const Signer& key, absl::string_view document) {
  const auto signature = key.Sign(document);
  EXPECT_TRUE(signature.ok()) << signature.status();
  gateway::v1::Presentation presentation;
  gateway::v1::DetachedSignature* detached = presentation.mutable_detached();
  detached->set_document(std::string(document));
  detached->set_algorithm(AlgorithmOf(key.public_key().scheme()));
  detached->set_signature(*signature);
  detached->set_public_key(key.public_key().spki_der());
  return presentation;
}

gateway::v1::IssuerEntry ListingOf(const Federation& federation, absl::string_view kind,
                                   absl::string_view jurisdiction) {
  const std::unique_ptr<Signer> key = IssuerKey(federation, kind, jurisdiction);
  gateway::v1::IssuerEntry entry;
  entry.set_issuer_code(SampleIssuerCode(jurisdiction));
  entry.set_name("样例发证机关");
  entry.set_public_key(key->public_key().spki_der());
  entry.set_algorithm(AlgorithmOf(SchemeOf(jurisdiction)));
  entry.set_key_use(gateway::v1::ISSUER_KEY_USE_SIGNING);
  for (const char* type : {kIdentityCardType, kDrivingLicenceType, kBusinessLicenceType}) {
    entry.add_type_codes(type);
  }
  entry.add_area_prefixes(std::string(jurisdiction));
  entry.mutable_listed_from()->set_seconds(kListedFrom);
  return entry;
}

absl::Status StageIssuers(const Federation& federation, absl::string_view jurisdiction,
                          const gateway::v1::IssuerList& list) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(list, &text);
  const std::string member = MemberOf(jurisdiction);
  const absl::Status staged =
      federation.Stage(member, {"--issuers", std::string(jurisdiction)}, text);
  if (!staged.ok()) return staged;
  return federation.Sign(member, absl::StrCat("j-", jurisdiction));
}

std::string NewRequestId() {
  static std::atomic<int> count = 0;
  return absl::StrCat("request-", ++count);
}

gateway::v1::RecognizeRequest Question(absl::string_view using_jurisdiction,
                                       absl::string_view issuing_jurisdiction,
                                       gateway::v1::Presentation presentation) {
  gateway::v1::RecognizeRequest request;
  request.set_request_id(NewRequestId());
  request.set_using_jurisdiction(std::string(using_jurisdiction));
  request.set_issuing_jurisdiction(std::string(issuing_jurisdiction));
  request.set_type_code(kDrivingLicenceType);
  request.set_document_standard(WritesAsDelta(issuing_jurisdiction) ? "delta-reply" : "cq-sample");
  request.set_scenario("government-service");
  *request.mutable_presentation() = std::move(presentation);
  return request;
}

grpc::Status Recognize(const std::shared_ptr<grpc::Channel>& channel,
                       const gateway::v1::RecognizeRequest& request,
                       gateway::v1::RecognizeResponse* response) {
  return Call<gateway::v1::RecognitionService>(
      channel, &gateway::v1::RecognitionService::Stub::Recognize, request, response);
}

std::string AnswerTo(const std::shared_ptr<grpc::Channel>& channel,
                     const gateway::v1::RecognizeRequest& request) {
  gateway::v1::RecognizeResponse response;
  const grpc::Status status = Recognize(channel, request, &response);
  return status.ok() ? InWords(response) : ReasonIn(status);
}

std::string InWords(const gateway::v1::RecognizeResponse& response) {
  std::string words(absl::StripPrefix(audit::v1::Outcome_Name(response.outcome()), "OUTCOME_"));
  for (const auto& reason : response.reasons()) absl::StrAppend(&words, " ", reason.reason());
  return words;
}

}  // namespace mrg
