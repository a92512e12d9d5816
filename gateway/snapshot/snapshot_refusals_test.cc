// Every part that is not valid keeps the snapshot from being built, and the refusal names whose
// part it is and where it stands.

#include <functional>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/recognition/licence_status.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gateway/snapshot/snapshot_builder.h"
#include "gateway/snapshot/testing/trust_lists.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

using Change = std::function<void(TrustLists*)>;

constexpr char kPackPath[] = "50/packs/11100000XX0000019L003/cq-sample/1";
constexpr char kAgreementPath[] = "50/agreements/cross-region-sample/1";

absl::Status StatusAfter(const Change& change) {
  TrustLists lists;
  change(&lists);
  return BuildFromSets(lists.Sets(), lists).status();
}

// Expects a refusal that names the publisher and the path.
void ExpectRefused(Reason reason, const char* publisher, const std::string& path,
                   const Change& change) {
  const absl::Status status = StatusAfter(change);
  EXPECT_EQ(ReasonOf(status), reason) << path << ": " << status;
  EXPECT_EQ(FieldOf(status), absl::StrCat(publisher, ":", path)) << status;
}

// The change puts other content at Sichuan's path.
void ExpectFileRefused(Reason reason, const std::string& path, const std::string& content) {
  ExpectRefused(reason, kSichuanMember, path,
                [&](TrustLists* lists) { lists->PutFile(kSichuanMember, path, content); });
}

void ExpectTreeRefused(Reason reason, const std::string& path,
                       const std::vector<TreeEntry>& entries) {
  ExpectRefused(reason, kSichuanMember, path,
                [&](TrustLists* lists) { lists->PutTree(kSichuanMember, path, entries); });
}

void ExpectEditRefused(Reason reason, const std::string& path, const char* from, const char* to) {
  ExpectRefused(reason, kSichuanMember, path,
                [&](TrustLists* lists) { lists->EditFile(kSichuanMember, path, from, to); });
}

TEST(SnapshotRefusals, Dictionary) {
  ExpectRefused(Reason::kDictionaryInvalid, kHubMember, "canonical/1",
                [](TrustLists* lists) { lists->PutFile(kHubMember, "canonical/1", "no message"); });
  ExpectRefused(Reason::kDictionaryInvalid, kHubMember, "canonical/2", [](TrustLists* lists) {
    lists->PutFile(kHubMember, "canonical/2", ShippedFile("deploy/packs/canonical/1.textproto"));
  });
}

TEST(SnapshotRefusals, Issuers) {
  SnapshotFixture fixture;
  std::vector<gateway::v1::IssuerEntry>& issuers = fixture.jurisdictions.at("50").issuers;
  ExpectTreeRefused(Reason::kIssuerListInvalid, "50/issuers", {{"id", "no message"}});

  issuers[0].clear_name();
  ExpectTreeRefused(Reason::kIssuerListInvalid, "50/issuers", IssuerEntries(issuers));
}

TEST(SnapshotRefusals, Catalogue) {
  SnapshotFixture fixture;
  ExpectTreeRefused(Reason::kCatalogueInvalid, "50/catalogue", {{"id", "no message"}});

  fixture.Type("50", kDrivingLicenceType).mutable_elements(0)->set_element_id("noSuchElement");
  ExpectTreeRefused(Reason::kCatalogueInvalid, "50/catalogue",
                    CatalogueEntries(fixture.jurisdictions.at("50").catalogue));
}

// One of each kind of list with a text that a terminal would not show as it is. The own publication
// goes through here as what a peer serves does.
TEST(Fault, B04_NoListWithATextThatIsNotShownAsItselfComesIntoForce) {
  SnapshotFixture fixture;
  JurisdictionParts& parts = fixture.jurisdictions.at("50");
  parts.issuers[0].set_name("样例发证机关\n  unchanged 50/issuers\x1b[8m");
  ExpectTreeRefused(Reason::kIssuerListInvalid, "50/issuers", IssuerEntries(parts.issuers));
  parts.catalogue.mutable_entries(0)->add_aliases("证\u202e");
  ExpectTreeRefused(Reason::kCatalogueInvalid, "50/catalogue", CatalogueEntries(parts.catalogue));
  ExpectEditRefused(Reason::kPackInvalid, kPackPath, "is the only name", "is\\u202e the only name");
  ExpectEditRefused(Reason::kAgreementInvalid, kAgreementPath, "zh: \"政务服务",
                    "zh: \"政务\u200b服务");
  ExpectRefused(Reason::kDictionaryInvalid, kHubMember, "canonical/1", [](TrustLists* lists) {
    lists->EditFile(kHubMember, "canonical/1", "name_zh: \"", "name_zh: \"\\n");
  });
}

TEST(SnapshotRefusals, Statuses) {
  auto entry = StatusOf(Sample("50-driving-licence"), gateway::v1::LICENCE_STATUS_KIND_REVOKED,
                        FixtureNow());
  ExpectTreeRefused(Reason::kStatusListInvalid, "50/status/licences", {{"id", "no message"}});

  entry.mutable_intervals(0)->clear_from();
  ExpectTreeRefused(Reason::kStatusListInvalid, "50/status/licences", StatusEntries({entry}));
}

// An entry is proved present or absent by its id, and one key must not stand twice.
TEST(SnapshotRefusals, EntriesUnderOtherIdsThanTheirOwn) {
  SnapshotFixture fixture;
  const JurisdictionParts& parts = fixture.jurisdictions.at("50");
  std::vector<TreeEntry> issuers = IssuerEntries(parts.issuers);
  issuers.push_back({"another id", issuers[0].value});
  ExpectTreeRefused(Reason::kIssuerListInvalid, "50/issuers", issuers);
  issuers.pop_back();
  std::swap(issuers[0].id, issuers[1].id);
  ExpectTreeRefused(Reason::kIssuerListInvalid, "50/issuers", issuers);

  std::vector<TreeEntry> types = CatalogueEntries(parts.catalogue);
  types[0].id = "11100000XX0000019L099";
  ExpectTreeRefused(Reason::kCatalogueInvalid, "50/catalogue", types);

  std::vector<TreeEntry> statuses = StatusEntries({StatusOf(
      Sample("50-driving-licence"), gateway::v1::LICENCE_STATUS_KIND_REVOKED, FixtureNow())});
  statuses[0].id = LicenceStatusId(kFixtureEpoch, std::string(32, 't'));
  ExpectTreeRefused(Reason::kStatusListInvalid, "50/status/licences", statuses);
}

TEST(SnapshotRefusals, Packs) {
  ExpectFileRefused(Reason::kPackInvalid, kPackPath, "no message");
  ExpectEditRefused(Reason::kPackInvalid, kPackPath, "dictionary_version: 1",
                    "dictionary_version: 2");
  // A test inside the pack that fails.
  ExpectEditRefused(Reason::kPackInvalid, kPackPath, "values: \"500103000001\"",
                    "values: \"500103000002\"");
}

TEST(SnapshotRefusals, PackUnderAPathThatSaysAnotherTypeStandardVersionOrOwner) {
  const std::string text = ShippedFile("deploy/packs/cq-sample/11100000XX0000019L003.textproto");
  for (const char* path : {"50/packs/11100000XX0000019L001/cq-sample/1",
                           "50/packs/11100000XX0000019L003/delta-reply/1",
                           "50/packs/11100000XX0000019L003/cq-sample/2",
                           "51/packs/11100000XX0000019L003/cq-sample/1"}) {
    ExpectFileRefused(Reason::kPackInvalid, path, text);
  }
}

TEST(SnapshotRefusals, Agreements) {
  ExpectFileRefused(Reason::kAgreementInvalid, kAgreementPath, "no message");
  ExpectEditRefused(Reason::kAgreementInvalid, kAgreementPath, "revision: 1", "revision: 0");
  const std::string text = ShippedAgreementText("cross-region-sample");
  ExpectFileRefused(Reason::kAgreementInvalid, "50/agreements/cross-region-sample/2", text);
  ExpectFileRefused(Reason::kAgreementInvalid, "50/agreements/another-agreement/1", text);
}

TEST(SnapshotRefusals, Repeals) {
  const std::string path = "50/repeals/cross-region-sample";
  ExpectFileRefused(Reason::kAgreementInvalid, path, "no message");
  ExpectFileRefused(Reason::kAgreementInvalid, path, "agreement_id: \"cross-region-sample\"");
  ExpectFileRefused(Reason::kAgreementInvalid, path,
                    "agreement_id: \"chuanyu-2022\" effective_from { seconds: 1 }");
}

TEST(SnapshotRefusals, BlobThatIsNotThere) {
  for (const auto& [publisher, path] :
       {std::pair{kHubMember, "canonical/1"}, std::pair{kSichuanMember, "50/issuers"},
        std::pair{kSichuanMember, "50/catalogue"}, std::pair{kSichuanMember, kPackPath},
        std::pair{kSichuanMember, "50/agreements/chuanyu-2022/1"}}) {
    ExpectRefused(Reason::kTreeNodeNotFound, publisher, path,
                  [publisher = publisher, path = path](TrustLists* lists) {
                    lists->ForgetBlob(lists->Set(publisher).FindTarget(path)->sha256);
                  });
  }
}

TEST(SnapshotRefusals, TargetThatIsNoTreeNodeOfItsKind) {
  ExpectRefused(Reason::kTreeNodeMalformed, kSichuanMember, "50/issuers", [](TrustLists* lists) {
    lists->PutFile(kSichuanMember, "50/issuers", "no node");
    for (InForceTarget& target : lists->Set(kSichuanMember).targets) {
      if (target.path == "50/issuers") target.is_tree = true;
    }
  });
}

TEST(Threat, T15_PathThatNoTargetHasIsRefusedWithTheWholeSet) {
  for (const char* path : {"notices", "calendar/newest", "canonical/newest", "50/notes",
                           "50/packs/x", "50/status/other", "50/agreements/x",
                           "50/agreements/chuanyu-2022/one", "50/issuers/extra"}) {
    ExpectFileRefused(Reason::kMetadataMalformed, path, "anything");
  }
}

TEST(Threat, T15_TreeListedAsAFileAndFileListedAsATreeAreRefused) {
  for (const char* path :
       {"50/issuers", "50/catalogue", "50/status/licences", kPackPath, kAgreementPath}) {
    ExpectRefused(Reason::kMetadataMalformed, kSichuanMember, path, [path](TrustLists* lists) {
      for (InForceTarget& target : lists->Set(kSichuanMember).targets) {
        if (target.path == path) target.is_tree = !target.is_tree;
      }
    });
  }
}

// Freshness goes by the province's own role: one that another role lists would never be stale.
TEST(Threat, T15_TargetOfAProvinceUnderTheRoleOfAnotherIsRefused) {
  ExpectRefused(Reason::kMetadataMalformed, kSichuanMember, "50/issuers", [](TrustLists* lists) {
    for (InForceTarget& target : lists->Set(kSichuanMember).targets) {
      if (target.path == "50/issuers") target.role = "j-51";
    }
  });
}

TEST(SnapshotRefusals, MistakeOfAForeignPublisherInItsOwnListsIsFoundToo) {
  // The Delta's node refuses what it cannot read of Sichuan, and says whose it is.
  const absl::Status status = StatusAfter(
      [](TrustLists* lists) { lists->PutFile(kSichuanMember, kAgreementPath, "no message"); });

  EXPECT_EQ(FieldOf(status), "sichuan-chongqing:50/agreements/cross-region-sample/1");
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace mrg
