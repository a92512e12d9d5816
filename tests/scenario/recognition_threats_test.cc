// Attacks on the recognition of a licence, carried out over the wire. Finer ones on the same rules
// are in gateway/recognition and gateway/rpc.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "mrg/audit/v1/audit.grpc.pb.h"
#include "mrg/gateway/v1/agreement.pb.h"
#include "mrg/gateway/v1/status.grpc.pb.h"
#include "mrg/gateway/v1/translation.grpc.pb.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/recognition_suite.h"

namespace mrg {
namespace {

using audit::v1::AuditService;
using gateway::v1::DetachedSignature;
using gateway::v1::Presentation;
using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;
using gateway::v1::SetLicenceStatusRequest;
using gateway::v1::SetLicenceStatusResponse;
using gateway::v1::StatusService;
using gateway::v1::TranslateRequest;
using gateway::v1::TranslateResponse;
using gateway::v1::TranslationService;
using testing::HasSubstr;
using testing::Not;

class Threat : public RecognitionSuite {
 protected:
  // The answer in Shanghai to a licence signed by the jurisdiction's second key.
  static std::string AnswerToSecondKey(const std::string& jurisdiction,
                                       const std::string& document) {
    const auto key = IssuerKey(federation(), "unlisted", jurisdiction);
    return AnswerAbout("31", jurisdiction, SignedBy(*key, document));
  }

  // The same licence with its signature changed by `edit`.
  static std::string AnswerToSignature(const std::function<void(DetachedSignature*)>& edit) {
    Presentation presentation = Signed("32", DrivingLicence("32"));
    edit(presentation.mutable_detached());
    return AnswerAbout("31", "32", presentation);
  }

  // What a client with that certificate is told, and whether anything was logged.
  static std::string AskedAs(const Federation::Certificate& certificate) {
    const uint64_t size = federation().LogSize(kDelta);
    const auto channel =
        federation().ChannelAs(kDelta, "api", certificate.pem, certificate.key_pem);
    RecognizeResponse response;
    const grpc::Status status =
        Recognize(channel, Question("31", "32", Signed("32", DrivingLicence("32"))), &response);
    EXPECT_EQ(federation().LogSize(kDelta), size + (status.ok() ? 1 : 0));
    if (!status.ok()) {
      EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
    }
    return ReasonIn(status);
  }
};

TEST_F(Threat, R01_AListedIssuerMaySignOnlyTheTypesItIsListedFor) {
  EXPECT_EQ(AnswerAbout("31", "33", Signed("33", DrivingLicence("33"))), "RECOGNIZED");
  EXPECT_EQ(AnswerToSecondKey("33", DrivingLicence("33")), "NOT_RECOGNIZED ISSUER_NOT_FOR_TYPE");
}

TEST_F(Threat, R02_AnIssuerOfOneProvinceDoesNotPassAsOneOfAnother) {
  // Its own licence, presented as the neighbour's; then the neighbour's, signed with its own key.
  EXPECT_EQ(AnswerAbout("31", "32", Signed("33", DrivingLicence("33"))),
            "NOT_RECOGNIZED ISSUER_NOT_LISTED ISSUER_MISMATCH");
  EXPECT_EQ(AnswerAbout("31", "32", Signed("33", DrivingLicence("32"))),
            "NOT_RECOGNIZED ISSUER_NOT_LISTED");
  EXPECT_EQ(AnswerAbout("31", "50", Signed("51", DrivingLicence("50"))),
            "NOT_RECOGNIZED ISSUER_NOT_LISTED");
}

TEST_F(Threat, R03_AKeyListedForEncryptionDoesNotSign) {
  EXPECT_EQ(AnswerToSecondKey("31", DrivingLicence("31")), "NOT_RECOGNIZED ISSUER_KEY_USE");
}

TEST_F(Threat, R04_AKeyListedFromTomorrowDoesNotSignToday) {
  EXPECT_EQ(AnswerToSecondKey("34", DrivingLicence("34")), "NOT_RECOGNIZED ISSUER_NOT_YET_LISTED");
}

TEST_F(Threat, R05_ACompromisedKeyDoesNotSignLicencesOfBefore) {
  const std::string back_dated =
      WithReplaced(DrivingLicence("51"), "2026年01月05日", "2021年01月05日");

  EXPECT_EQ(AnswerToSecondKey("51", back_dated), "NOT_RECOGNIZED ISSUER_COMPROMISED");
}

TEST_F(Threat, R06_ARetiredKeyIsGoodForWhatItClaimsToHaveSignedBefore) {
  // Retired at the start of February 2026.
  EXPECT_EQ(AnswerToSecondKey("50", DrivingLicence("50")),
            "RECOGNIZED_WITH_CONDITIONS SIGNING_TIME_CLAIMED");
  EXPECT_EQ(AnswerToSecondKey(
                "50", WithReplaced(DrivingLicence("50"), "2026年01月05日", "2026年02月01日")),
            "NOT_RECOGNIZED ISSUER_RETIRED");
}

TEST_F(Threat, R07_SignaturesThatOnlyLookLikeSm2AreRefused) {
  const std::string document = DrivingLicence("32");
  const std::string signature = WriteFile("other-id.der", "");
  const Ran signed_by_another_id = RunToEnd(
      {"openssl", "pkeyutl", "-sign", "-inkey", federation().Path(kDelta, "keys/issuer-32.pem"),
       "-rawin", "-in", WriteFile("document.json", document), "-digest", "sm3", "-pkeyopt",
       "distid:ALICE123@YAHOO.COM", "-out", signature},
      federation().folder());
  ASSERT_EQ(signed_by_another_id.code, 0) << signed_by_another_id.err;

  EXPECT_EQ(AnswerToSignature([&](DetachedSignature* detached) {
              detached->set_signature(ReadTestFile(signature));
            }),
            "NOT_RECOGNIZED SIGNATURE_INVALID");
  EXPECT_EQ(AnswerToSignature([](DetachedSignature* detached) {
              detached->mutable_signature()->push_back('\0');
            }),
            "NOT_RECOGNIZED SIGNATURE_TRAILING_BYTES");
  EXPECT_EQ(AnswerToSignature([](DetachedSignature* detached) {
              detached->set_signature(std::string("\x30\x06\x02\x01\x00\x02\x01\x01", 8));
            }),
            "NOT_RECOGNIZED SIGNATURE_OUT_OF_RANGE");
  EXPECT_EQ(AnswerToSignature([](DetachedSignature* detached) {
              detached->set_algorithm(gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256);
            }),
            "NOT_RECOGNIZED KEY_MISLABELLED");
}

TEST_F(Threat, R08_WhatTwoReadersCouldReadDifferentlyIsRefused) {
  const std::string good = DrivingLicence("32");
  const auto with = [&](const std::string& member) {
    return WithReplaced(good, "{\"name\"", absl::StrCat("{", member, ", \"name\""));
  };
  ASSERT_EQ(AnswerAbout("31", "32", Signed("32", good)), "RECOGNIZED");
  for (const std::string& document :
       {with("\"name\": \"居民身份证\""), with("\"n\\u0061me\": \"居民身份证\""),
        with("\"x\": {\"a\": 1, \"a\": 2}"), "\xEF\xBB\xBF" + good, with("\"x\": \"\xC0\xAF\""),
        with("\"x\": \"\xED\xA0\x80\""), with("\"x\": \"\\ud800\""), with("\"x\": \"\\udfb7\""),
        with("\"x\": 9007199254740993"), with("\"x\": 1e400"), with("\"x\": 01"), good + "{}",
        good + "\n" + good, good + std::string(1, '\0'), "[" + good + "]",
        std::string("<!DOCTYPE l [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><l>&x;</l>"),
        std::string(
            "<l xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include href=\"/\"/></l>")}) {
    EXPECT_EQ(AnswerAbout("31", "32", Signed("32", document)), "NOT_RECOGNIZED DOCUMENT_MALFORMED")
        << document;
  }
}

TEST_F(Threat, R10_AnAgreementRepealedAMomentAgoNoLongerAnswers) {
  const auto licence = Signed("50", DrivingLicence("50"));
  const RecognizeRequest before = Question("51", "50", licence);
  ASSERT_EQ(AnswerTo(Platform("51"), before), "RECOGNIZED");
  gateway::v1::Repeal repeal;
  repeal.set_agreement_id("chuanyu-2022");
  // Far enough ahead for the ceremony to end before it takes effect.
  *repeal.mutable_effective_from() = ToTimestamp(RealClock().Now() + absl::Seconds(3));
  std::string text;
  google::protobuf::TextFormat::PrintToString(repeal, &text);
  ASSERT_TRUE(federation().Stage(kChuanyu, {"--repeal", "51"}, text).ok());
  ASSERT_TRUE(federation().Sign(kChuanyu, "j-51").ok());
  ASSERT_TRUE(federation().Publish(kChuanyu).ok());

  // Published but not yet in effect; then, without anything else happening, it is. The agreement of
  // both with the Delta is still in force and says nothing of licences among themselves.
  EXPECT_EQ(AnswerAbout("51", "50", licence), "RECOGNIZED");
  EXPECT_TRUE(WaitUntil(
      [&] { return AnswerAbout("51", "50", licence) == "NO_RULE AGREEMENT_NOT_IN_FORCE"; },
      absl::Seconds(5)));
  // What was answered before stays answered; the other agreements stay in force.
  EXPECT_EQ(AnswerTo(Platform("51"), before), "RECOGNIZED");
  EXPECT_EQ(AnswerAbout("31", "50", licence), "RECOGNIZED");
}

TEST_F(Threat, R11_AnotherEncodingOfARevokedLicenceIsRefusedToo) {
  // Each spelling may be that of the revocation, and any other that of the licence.
  const auto full_width = [](std::string number) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      number = absl::StrReplaceAll(
          number, {{std::string(1, digit),
                    std::string("\xEF\xBC") + static_cast<char>(0x90 + (digit - '0'))}});
    }
    return number;
  };
  const auto spaced = [](const std::string& number) {
    return absl::StrCat(" ", number.substr(0, 6), " ", number.substr(6), "\u3000");
  };
  int sequence = 21;
  for (const auto& spell : std::vector<std::function<std::string(std::string)>>{
           [](std::string number) { return number; }, full_width, spaced}) {
    const std::string number = LicenceNumber("32", sequence);
    SetLicenceStatusRequest revocation;
    revocation.set_jurisdiction("32");
    revocation.set_type_code(kDrivingLicenceType);
    revocation.set_licence_number(spell(number));
    revocation.set_action(gateway::v1::LICENCE_STATUS_ACTION_REVOKE);
    revocation.set_request_id(NewRequestId());
    SetLicenceStatusResponse response;
    ASSERT_EQ(ReasonIn(Call<StatusService>(federation().Api(kDelta, "authority-32"),
                                           &StatusService::Stub::SetLicenceStatus, revocation,
                                           &response)),
              "OK");
    const std::string document = DrivingLicence("32", sequence++);
    for (const std::string& encoding :
         {document, WithReplaced(document, "\": \"", "\":  \""),
          WithReplaced(document, number, absl::StrReplaceAll(number, {{"1", "\\u0031"}})),
          WithReplaced(document, number, full_width(number)),
          WithReplaced(document, number, spaced(number)),
          WithReplaced(document, "\"id_code\": \"", "\"id_code\": \" ")}) {
      EXPECT_THAT(AnswerAbout("31", "32", Signed("32", encoding)), HasSubstr("LICENCE_REVOKED"))
          << encoding;
    }
  }
}

TEST_F(Threat, R12_APlatformDoesNotAskForAnotherProvince) {
  const uint64_t size = federation().LogSize(kDelta);
  const RecognizeRequest request = Question("32", "33", Signed("33", DrivingLicence("33")));
  RecognizeResponse response;

  const grpc::Status status = Recognize(Platform("31"), request, &response);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ReasonIn(status), "JURISDICTION_NOT_ALLOWED");
  EXPECT_EQ(federation().LogSize(kDelta), size);
}

TEST_F(Threat, R13_AnUnlistedIdentityIsRefused) {
  EXPECT_EQ(AskedAs(federation().MakeCertificate(kDelta, kDelta, "platform-31",
                                                 "/jurisdiction/31/platform/portal")),
            "OK");
  EXPECT_EQ(AskedAs(federation().MakeCertificate(kDelta, kDelta, "portal", "/platform/unlisted")),
            "IDENTITY_NOT_LISTED");
  EXPECT_EQ(AskedAs(federation().MakeCertificate(kChuanyu, kChuanyu, "platform-50",
                                                 "/jurisdiction/50/platform/portal")),
            "IDENTITY_NOT_LISTED");
}

TEST_F(Threat, R14_TheRightCommonNameWithAnotherSpiffeIdOrCaIsRefused) {
  EXPECT_EQ(AskedAs(federation().MakeCertificate(kDelta, kDelta, "platform-31",
                                                 "/jurisdiction/31/visitor/portal")),
            "IDENTITY_NOT_LISTED");
  EXPECT_EQ(AskedAs(federation().MakeCertificate(kChuanyu, kDelta, "platform-31",
                                                 "/jurisdiction/31/platform/portal")),
            "IDENTITY_INVALID");
}

// Sends `canary` wherever a text of the caller can stand: well formed, so that the call goes
// through to the record, and malformed, so that it is refused.
void SendEverywhere(const std::function<void(const RecognizeRequest&)>& ask,
                    const RecognizeRequest& valid, const std::string& canary) {
  const std::function<void(RecognizeRequest*)> edits[] = {
      [&](RecognizeRequest* r) { r->set_request_id(canary); },
      [&](RecognizeRequest* r) { r->set_request_id(canary + "!"); },
      [&](RecognizeRequest* r) { r->set_using_jurisdiction(canary); },
      [&](RecognizeRequest* r) { r->set_issuing_jurisdiction(canary); },
      [&](RecognizeRequest* r) { r->set_type_code(canary); },
      [&](RecognizeRequest* r) { r->set_document_standard(canary); },
      [&](RecognizeRequest* r) { r->set_document_standard(canary + "!"); },
      [&](RecognizeRequest* r) { r->set_target_standard(canary); },
      [&](RecognizeRequest* r) { r->set_scenario(canary); },
      [&](RecognizeRequest* r) { r->add_requested_elements(canary); },
      [&](RecognizeRequest* r) { r->add_requested_elements(canary + "!"); },
      [&](RecognizeRequest* r) { r->mutable_expected_holder()->set_name(canary); },
      [&](RecognizeRequest* r) { r->mutable_expected_holder()->set_code(canary); },
      [&](RecognizeRequest* r) { r->mutable_expected_holder()->set_code(canary + "\n"); },
      [&](RecognizeRequest* r) {
        r->mutable_presentation()->mutable_detached()->set_document(canary);
      },
      [&](RecognizeRequest* r) {
        r->mutable_presentation()->mutable_detached()->set_signature(canary);
      },
      [&](RecognizeRequest* r) {
        r->mutable_presentation()->mutable_detached()->set_public_key(canary);
      }};
  for (const auto& edit : edits) {
    RecognizeRequest request = valid;
    request.set_request_id(NewRequestId());
    edit(&request);
    ask(request);
  }
}

TEST_F(Threat, N12_AStringOfTheCallerIsNeverAMetricLabel) {
  const std::string canary = "canary-n12";
  int calls = 0;
  SendEverywhere(
      [&](const RecognizeRequest& request) {
        RecognizeResponse response;
        Recognize(Platform("31"), request, &response);
        ++calls;
      },
      Question("31", "32", Signed("32", DrivingLicence("32"))), canary);
  const auto stranger = federation().MakeCertificate(kDelta, kDelta, canary, "/operator/" + canary);
  AskedAs(stranger);
  CallRaw(federation().Api(kDelta, "platform-31"), "/mrg.gateway.v1.RecognitionService/" + canary,
          "");

  const std::string metrics = federation().Metrics(kDelta);

  EXPECT_THAT(metrics, HasSubstr("mrg_recognitions_total"));
  EXPECT_THAT(metrics, HasSubstr("PERMISSION_DENIED"));
  EXPECT_GE(calls, 17);
  EXPECT_THAT(metrics, Not(HasSubstr(canary)));
}

TEST_F(Threat, N11_AnIdentityNumberSentEverywhereIsKeptNowhere) {
  const std::string canary = LicenceNumber("32", 31);
  std::string said;
  const auto note = [&](const grpc::Status& status) {
    said += status.error_message() + status.error_details();
  };
  RecognizeRequest valid = Question("31", "32", Signed("32", DrivingLicence("32", 31)));
  valid.mutable_expected_holder()->set_code(canary);
  SendEverywhere(
      [&](const RecognizeRequest& request) {
        // A request's id is the caller's own name for the request, kept so that it can be repeated.
        if (request.request_id() == canary) return;
        RecognizeResponse response;
        note(Recognize(Platform("31"), request, &response));
      },
      valid, canary);
  TranslateRequest translate;
  translate.set_using_jurisdiction("31");
  translate.set_issuing_jurisdiction("32");
  translate.set_type_code(kDrivingLicenceType);
  translate.set_scenario("government-service");
  translate.set_document_standard("delta-reply");
  translate.set_document(DrivingLicence("32", 31) + canary);
  TranslateResponse translated;
  note(Call<TranslationService>(Platform("31"), &TranslationService::Stub::Translate, translate,
                                &translated));
  SetLicenceStatusRequest revocation;
  revocation.set_jurisdiction("32");
  revocation.set_type_code(kDrivingLicenceType);
  revocation.set_licence_number(canary);
  revocation.set_action(gateway::v1::LICENCE_STATUS_ACTION_REVOKE);
  revocation.set_request_id(NewRequestId());
  SetLicenceStatusResponse revoked;
  const auto authority = federation().Api(kDelta, "authority-32");
  note(
      Call<StatusService>(authority, &StatusService::Stub::SetLicenceStatus, revocation, &revoked));
  revocation.set_licence_number(canary + std::string(200, '0'));
  note(
      Call<StatusService>(authority, &StatusService::Stub::SetLicenceStatus, revocation, &revoked));

  EXPECT_THAT(said, HasSubstr("FIELD_MALFORMED"));
  EXPECT_THAT(said, HasSubstr("FIELD_TOO_LONG"));
  EXPECT_THAT(said, Not(HasSubstr(canary)));
  EXPECT_THAT(federation().Metrics(kDelta), Not(HasSubstr(canary)));
  EXPECT_FALSE(absl::StrContains(federation().LogOf(kDelta), canary));
  // The store: log, receipts, requests, trust lists, and what its engine writes beside them.
  int files = 0;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(federation().Path(kDelta, "data"))) {
    if (!file.is_regular_file()) continue;
    ++files;
    EXPECT_FALSE(absl::StrContains(ReadIfThere(file.path()), canary)) << file.path();
    const auto of_others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
    EXPECT_EQ(file.status().permissions() & of_others, std::filesystem::perms::none)
        << file.path() << " can be read by others (L1)";
  }
  EXPECT_GT(files, 3);
}

}  // namespace
}  // namespace mrg
