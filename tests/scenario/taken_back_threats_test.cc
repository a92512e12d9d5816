// L5 in two steps: a member signs that whoever signs its lists is another, so that what one of its
// provinces lists is left out, and brings it back in its next publication: rewritten, dated back or
// less than it was. With all keys that it has, and a node of its own making that checks nothing.

#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/real_clock.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/federation/licences.h"
#include "tests/scenario/fake_peer.h"
#include "tests/scenario/forged_repository.h"
#include "tests/scenario/stolen_key_suite.h"
#include "trustlist/repository/metadata_draft.h"

namespace mrg {
namespace {

using testing::HasSubstr;

constexpr char kAgreement[] = "50/agreements/cross-region-sample/1";
constexpr char kRepeal[] = "50/repeals/cross-region-sample";
constexpr char kIssuers[] = "50/issuers";

class TakenBack : public StolenKeySuite {
 protected:
  // Names the signer of 51 as that of 50 too.
  static Json WithoutTheSignerOf50(Json delegations) {
    Json keyids;
    for (const Json& role : delegations.at("roles")) {
      if (role.at("name") == "j-51") keyids = role.at("keyids");
    }
    for (Json& role : delegations.at("roles")) {
      if (role.at("name") == "j-50") role["keyids"] = keyids;
    }
    return delegations;
  }
  static void PutDelegations(Json delegations, ForgedRepository* forged) {
    MetadataDraft targets = forged->Next("targets");
    targets.SetMember("delegations", std::move(delegations));
    forged->PutSigned("targets", std::move(targets), "offline/targets");
  }

  // The next list of 50 is `listed` with the file at `path`.
  static void PutListed(MetadataDraft listed, const std::string& path, const std::string& bytes,
                        bool is_tree, ForgedRepository* forged) {
    listed.SetVersion(forged->Next("j-50").version());
    listed.SetTarget(path, {bytes.size(), Sha256(bytes), is_tree});
    forged->PutContent(bytes);
    forged->PutSigned("j-50", std::move(listed), "offline/j-50");
  }

  // The true lists of the role go on above what was forged.
  static void GoOnAbove(const ForgedRepository& forged, const std::string& role) {
    const std::string path =
        federation().Path(kChuanyu, absl::StrCat("repository/metadata/", role, ".json"));
    auto draft = MetadataDraft::FromBytes(ReadTestFile(path));
    ASSERT_TRUE(draft.ok()) << draft.status();
    draft->SetVersion(forged.Next(role).version());
    ASSERT_TRUE(draft->Sign(*forged.Key("offline/" + role)).ok());
    WriteTestFile(path, draft->Bytes());
  }
};

TEST_F(TakenBack, L5_WhatIsLeftOutInOnePublicationIsNotRewrittenOrDatedBackInTheNext) {
  ASSERT_EQ(AnswerIn("31", "50"), "RECOGNIZED");
  ForgedRepository forged(federation(), kChuanyu);
  const MetadataDraft listed = forged.Next("j-50");
  const Json delegations = forged.Next("targets").signed_part().at("delegations");
  const std::string agreement =
      ReadTestFile(federation().Path(kChuanyu, absl::StrCat("repository/targets/", kAgreement)));
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);

  PutDelegations(WithoutTheSignerOf50(delegations), &forged);
  {
    const FakePeer fake(federation(), kChuanyu, forged.moment());
    ASSERT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "targets",
                                            forged.Next("targets").version() - 1))
        << federation().LastRefusalAt(kDelta, kChuanyu);
  }
  ASSERT_EQ(federation().VersionAt(kDelta, kChuanyu, "j-50"), 0) << "left out, not taken back";
  ASSERT_EQ(AnswerIn("31", "50"), "STALE_TRUST TRUST_MISSING");

  PutDelegations(delegations, &forged);
  PutListed(
      listed, kAgreement,
      WithReplaced(agreement, "\nfrom { seconds: 1735660800 }", "\nfrom { seconds: 1735660801 }"),
      /*is_tree=*/false, &forged);
  ExpectRefused(forged.moment(), "AGREEMENT_REWRITTEN");
  EXPECT_THAT(federation().LogOf(kDelta), HasSubstr("AGREEMENT_REWRITTEN"));

  MetadataDraft dropped = listed;
  dropped.RemoveTarget(kAgreement);
  dropped.SetVersion(forged.Next("j-50").version());
  forged.PutSigned("j-50", std::move(dropped), "offline/j-50");
  ExpectRefused(forged.moment(), "AGREEMENT_REWRITTEN");

  PutListed(listed, kRepeal,
            absl::StrCat("agreement_id: \"cross-region-sample\" effective_from { seconds: ",
                         absl::ToUnixSeconds(RealClock().Now() - absl::Hours(48)), " }"),
            /*is_tree=*/false, &forged);
  ExpectRefused(forged.moment(), "AGREEMENT_INVALID");

  const gateway::v1::IssuerEntry other = ListingOf(federation(), "unlisted", "50");
  const auto issuers = BuildTree(
      {{absl::StrCat(other.issuer_code(), "/", absl::BytesToHexString(Sha256(other.public_key()))),
        CanonicalBytes(other)}});
  ASSERT_TRUE(issuers.ok()) << issuers.status();
  PutListed(listed, kIssuers, issuers->root_bytes(), /*is_tree=*/true, &forged);
  ExpectRefused(forged.moment(), "ISSUER_LIST_INVALID");

  // As it was, it may come back.
  PutListed(listed, kAgreement, agreement, /*is_tree=*/false, &forged);
  {
    const FakePeer fake(federation(), kChuanyu, forged.moment());
    EXPECT_TRUE(
        federation().WaitForVersion(kDelta, kChuanyu, "j-50", forged.Next("j-50").version() - 1))
        << federation().LastRefusalAt(kDelta, kChuanyu);
    EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED");
  }

  for (const char* role : {"targets", "j-50"}) GoOnAbove(forged, role);
  RotateAndRecover();
}

}  // namespace
}  // namespace mrg
