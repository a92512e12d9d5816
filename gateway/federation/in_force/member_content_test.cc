#include "gateway/federation/in_force/member_content.h"

#include <functional>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/snapshot/testing/trust_lists.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using trustlist::v1::Federation;
using trustlist::v1::LogKeys;

absl::StatusOr<MemberContent> Read(TrustLists lists, const char* publisher) {
  return ReadMemberContent(lists.Set(publisher), lists);
}

LogKeys KeysOfALog(const std::string& origin) {
  LogKeys keys;
  auto* key = keys.add_keys();
  key->set_origin(origin);
  key->set_public_key((*NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519)))
                          ->public_key()
                          .spki_der());
  *key->mutable_from() = ToTimestamp(FixtureNow());
  return keys;
}

std::string CalendarOf(int year) {
  return absl::StrCat("year: ", year, " notice: \"n\" off { name: \"d\" first_day: \"", year,
                      "-01-01\" last_day: \"", year, "-01-01\" }");
}

// Expects that the hub's list of members is refused after the change.
void ExpectListRefused(const std::function<void(Federation*)>& change) {
  TrustLists lists;
  Federation list;
  const InForceTarget* const target = lists.Set(kHubMember).FindTarget("federation");
  ASSERT_TRUE(list.ParseFromString(lists.blobs().at(target->sha256)));
  change(&list);
  lists.PutFile(kHubMember, "federation", CanonicalBytes(list));

  const auto content = Read(lists, kHubMember);

  EXPECT_EQ(ReasonOf(content.status()), Reason::kMetadataMalformed) << list.DebugString();
  EXPECT_EQ(FieldOf(content.status()), "hub:federation");
}

TEST(MemberContent, EverythingThatIsListedIsRead) {
  TrustLists lists;
  lists.PutFile(kHubMember, "log-keys", CanonicalBytes(KeysOfALog("hub/main")));
  lists.PutFile(kHubMember, "calendar/2025", CalendarOf(2025));
  lists.PutFile(kHubMember, "calendar/2026", CalendarOf(2026));

  const auto hub = Read(lists, kHubMember);
  const auto region = Read(lists, kSichuanMember);

  ASSERT_TRUE(hub.ok() && region.ok()) << hub.status() << region.status();
  EXPECT_EQ(hub->log_keys.size(), 1u);
  EXPECT_EQ(hub->calendar.IsWorkingDay(absl::CivilDay(2025, 1, 1)), false);
  EXPECT_EQ(hub->calendar.IsWorkingDay(absl::CivilDay(2026, 1, 1)), false);
  EXPECT_EQ(hub->federation.members_size(), 3);
  EXPECT_EQ(hub->listed.dictionaries.size(), 1u);
  EXPECT_EQ(region->listed.provinces.size(), 2u);
  EXPECT_NE(region->listed.provinces.at("50").issuers, nullptr);
}

TEST(Threat, T15_LogKeysThatCannotBeReadOrAreOfAnothersLogAreRefused) {
  for (const std::string& content :
       {std::string("no message"), CanonicalBytes(KeysOfALog("yangtze-delta/main"))}) {
    TrustLists lists;
    lists.PutFile(kSichuanMember, "log-keys", content);

    const auto read = Read(lists, kSichuanMember);

    EXPECT_EQ(ReasonOf(read.status()), Reason::kMetadataMalformed);
    EXPECT_EQ(FieldOf(read.status()), "sichuan-chongqing:log-keys");
  }
}

TEST(Threat, T15_CalendarThatCannotBeReadOrIsOfAnotherYearIsRefused) {
  for (const std::string& content : {std::string("no calendar"), CalendarOf(2025)}) {
    TrustLists lists;
    lists.PutFile(kHubMember, "calendar/2026", content);

    const auto read = Read(lists, kHubMember);

    EXPECT_EQ(ReasonOf(read.status()), Reason::kMetadataMalformed);
    EXPECT_EQ(FieldOf(read.status()), "hub:calendar/2026");
  }
}

TEST(Threat, T15_ListOfMembersThatCannotBeTrueIsRefused) {
  ExpectListRefused([](Federation* list) { list->add_members()->set_member("no member"); });
  ExpectListRefused([](Federation* list) { list->mutable_members()->SwapElements(0, 1); });
  ExpectListRefused([](Federation* list) { *list->add_members() = list->members(2); });
  ExpectListRefused([](Federation* list) { list->mutable_members(1)->add_jurisdictions("9"); });
  ExpectListRefused([](Federation* list) { list->mutable_members(1)->add_jurisdictions("31"); });
  ExpectListRefused([](Federation* list) {
    *list->mutable_members(1)->mutable_since() = ToTimestamp(FixtureNow());
    *list->mutable_members(1)->mutable_until() = ToTimestamp(FixtureNow());
  });
  ExpectListRefused([](Federation* list) { list->mutable_members(1)->set_first_root_sha256("x"); });
  ExpectListRefused([](Federation* list) { list->mutable_members(1)->add_endpoints("nowhere"); });
  ExpectListRefused([](Federation* list) {
    for (int i = 0; i < 17; ++i) list->mutable_members(1)->add_endpoints("host:1");
  });
  ExpectListRefused(
      [](Federation* list) { list->mutable_members(1)->set_trust_domain("a.example"); });
}

TEST(MemberContent, UnchangedPartsAreShared) {
  TrustLists lists;
  const auto before = Read(lists, kSichuanMember);
  ASSERT_TRUE(before.ok());
  lists.PutTree(kSichuanMember, "50/status/licences", {});

  const auto after = ReadMemberContent(lists.Set(kSichuanMember), lists, &*before);

  ASSERT_TRUE(after.ok());
  for (const char* province : {"50", "51"}) {
    EXPECT_EQ(after->listed.provinces.at(province).issuers,
              before->listed.provinces.at(province).issuers);
  }
}

TEST(MemberContent, BlobThatIsNotThereIsNamed) {
  TrustLists lists;
  lists.PutFile(kHubMember, "calendar/2026", CalendarOf(2026));
  for (const char* path : {"federation", "calendar/2026", "canonical/1"}) {
    TrustLists without = lists;
    without.ForgetBlob(lists.Set(kHubMember).FindTarget(path)->sha256);

    const auto read = Read(without, kHubMember);

    EXPECT_EQ(ReasonOf(read.status()), Reason::kTreeNodeNotFound);
    EXPECT_EQ(FieldOf(read.status()), absl::StrCat("hub:", path));
  }
}

}  // namespace
}  // namespace mrg
