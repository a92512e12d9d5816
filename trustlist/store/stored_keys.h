#ifndef MRG_TRUSTLIST_STORE_STORED_KEYS_H_
#define MRG_TRUSTLIST_STORE_STORED_KEYS_H_

// What trustlist stores, and under which keys. Parts are OrderedKey parts.
//
//   keyspace        key                              value
//   trust-metadata  publisher, role                  newest version, epoch: 8 bytes big-endian each
//   trust-metadata  publisher, role, version         the signed file, of roles other than timestamp
//   trust-metadata  "@timestamps", publisher         mrg.trustlist.v1.StoredChains, canonical
//   trust-metadata  "@timestamps", publisher, chain, version   the signed file; chain: its serial
//   trust-metadata  "@fork", publisher, id           mrg.trustlist.v1.StoredFork, canonical
//   trust-metadata  "@repin", publisher, time        mrg.trustlist.v1.StoredRepin, canonical
//   trust-metadata  "@content", publisher            bytes brought, when counted: 8 bytes each
//   trust-metadata  "@taken", publisher              when the set in force was put in force: 8
//   bytes trust-in-force  publisher                        mrg.trustlist.v1.StoredInForceSet,
//   canonical blob            SHA-256, 32 raw bytes            target file or tree node
//
// Thread-safe: pure functions.

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {

inline std::string NewestKey(const MemberId& publisher, absl::string_view role) {
  return OrderedKey().Text(publisher.value()).Text(role).Take();
}

inline std::string MetadataKey(const MemberId& publisher, absl::string_view role, int64_t version) {
  return OrderedKey().Text(publisher.value()).Text(role).U64(static_cast<uint64_t>(version)).Take();
}

// Value of a NewestKey row. `epoch`: StoredChains.epoch in which it counts; that of root always
// counts.
inline std::string NewestValue(int64_t version, uint64_t epoch) {
  return OrderedKey().U64(static_cast<uint64_t>(version)).U64(epoch).Take();
}

inline std::string PublisherKey(const MemberId& publisher) {
  return OrderedKey().Text(publisher.value()).Take();
}

// "@" stands in no member id, so these keys lie among no publisher's.
inline std::string ChainsKey(const MemberId& publisher) {
  return OrderedKey().Text("@timestamps").Text(publisher.value()).Take();
}

inline std::string TimestampKey(const MemberId& publisher, uint64_t chain, int64_t version) {
  return OrderedKey()
      .Text("@timestamps")
      .Text(publisher.value())
      .U64(chain)
      .U64(static_cast<uint64_t>(version))
      .Take();
}

inline std::string ForksKey() { return OrderedKey().Text("@fork").Take(); }

inline std::string ForksKey(const MemberId& publisher) {
  return OrderedKey().Text("@fork").Text(publisher.value()).Take();
}

// `id`: ForkEvidenceId, 32 raw bytes.
inline std::string ForkKey(const MemberId& publisher, absl::string_view id) {
  return OrderedKey().Text("@fork").Text(publisher.value()).Raw(id).Take();
}

inline std::string RepinsKey(const MemberId& publisher) {
  return OrderedKey().Text("@repin").Text(publisher.value()).Take();
}

inline std::string RepinKey(const MemberId& publisher, absl::Time at) {
  return OrderedKey().Text("@repin").Text(publisher.value()).Time(at).Take();
}

inline std::string TakenKey(const MemberId& publisher) {
  return OrderedKey().Text("@taken").Text(publisher.value()).Take();
}

inline std::string ContentLevelsKey() { return OrderedKey().Text("@content").Take(); }

inline std::string ContentLevelKey(const MemberId& publisher) {
  return OrderedKey().Text("@content").Text(publisher.value()).Take();
}

}  // namespace mrg

#endif  // MRG_TRUSTLIST_STORE_STORED_KEYS_H_
