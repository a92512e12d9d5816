#include "gateway/cli/history_words.h"

#include <sstream>
#include <string>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

std::string Shown(const PublishedVersion& version, const KeyNames& names = {},
                  const InForceTimes& times = {}) {
  std::ostringstream text;
  Display out(&text);
  PrintHistory({version}, names, times, out);
  return text.str();
}

TEST(PrintHistory, SaysVersionTimeSignerByDigestAndNameAndWhatChanged) {
  PublishedVersion version;
  version.role = "j-44";
  version.before = 7;
  version.version = 8;
  version.expires = "2027-02-22T00:00:00Z";
  version.signers = {std::string(32, '\x0f')};
  ContentChange issuers;
  issuers.path = "44/issuers";
  issuers.is_tree = true;
  issuers.added = 2;
  issuers.suspended = 1;
  ContentChange agreement;
  agreement.path = "44/agreements/a\u202e";
  agreement.is_new = true;
  version.content_changes = {issuers, agreement};

  EXPECT_EQ(Shown(version, {{std::string(32, '\x0f'), "offline/j-44"}},
                  {{{"j-44", 8}, absl::FromUnixSeconds(1795478400)}}),
            "j-44 7 -> 8, in force since 2026-11-24T00:00:00Z (Asia/Shanghai 08:00), holds until "
            "2027-02-22T00:00:00Z\n"
            "  signed by 0f0f 0f0f 0f0f 0f0f 0f0f 0f0f 0f0f 0f0f 0f0f 0f0f 0f0f 0f0f 0f0f 0f0f "
            "0f0f 0f0f (offline/j-44)\n"
            "  44/issuers: 2 added, 1 suspended\n"
            "  \"44/agreements/a\\u{202E}\": listed\n");
}

TEST(PrintHistory, SaysWhatIsNotKnown) {
  PublishedVersion version;
  version.role = "j-44";
  version.version = 8;
  version.expires = "2027-02-22T00:00:00Z";
  version.is_oldest_kept = true;
  version.unknown_signatures = 1;

  EXPECT_EQ(Shown(version),
            "j-44 8, holds until 2027-02-22T00:00:00Z\n"
            "  1 signatures by no key that was ever listed\n"
            "  the version before it is not kept at this node: what it changed is not known\n");
}

TEST(PrintHistory, NamesTheKeysThatCameAndWent) {
  PublishedVersion version;
  version.role = "root";
  version.before = 1;
  version.version = 2;
  version.expires = "2027-11-24T00:00:00Z";
  version.signers_changes = {
      {"timestamp", {std::string(32, '\x01')}, {"an id", std::string(64, 'a')}, 1},
      {"j-44", {}, {std::string(32, '\x02')}, 0}};

  EXPECT_EQ(Shown(version),
            "root 1 -> 2, holds until 2027-11-24T00:00:00Z\n"
            "  timestamp: signed by any 1 of its keys\n"
            "    new key 0101 0101 0101 0101 0101 0101 0101 0101 0101 0101 0101 0101 0101 0101 "
            "0101 0101\n"
            "    ended key \"an id\"\n"
            "    ended key aaaa aaaa aaaa aaaa aaaa aaaa aaaa aaaa aaaa aaaa aaaa aaaa aaaa aaaa "
            "aaaa aaaa\n"
            "  j-44: NO LONGER delegated to\n");
}

}  // namespace
}  // namespace mrg
