#ifndef MRG_GATEWAY_TRANSLATION_TESTING_SHIPPED_FILE_H_
#define MRG_GATEWAY_TRANSLATION_TESTING_SHIPPED_FILE_H_

// The shipped dictionary, packs and samples, for tests. A test that uses them names
// //deploy/packs or //deploy/regions as data.
//
// Thread-safe: pure functions.

#include <memory>
#include <string>

#include "gateway/catalogue/dictionary.h"
#include "gateway/translation/compiled_pack.h"

namespace mrg {

inline constexpr char kIdentityCardType[] = "11100000XX0000019L001";
inline constexpr char kDrivingLicenceType[] = "11100000XX0000019L003";
inline constexpr char kBusinessLicenceType[] = "11100000XX0000027F001";

// Result: the file's bytes; `path` is relative to the repository. Fails the test when there is
// none.
std::string ShippedFile(const std::string& path);

// Result: the dictionary of deploy/packs/canonical/1.textproto.
Dictionary ShippedDictionary();

// Result: the pack of deploy/packs/<standard>/<type_code>.textproto.
std::shared_ptr<const CompiledPack> ShippedPack(const std::string& standard,
                                                const std::string& type_code);

}  // namespace mrg

#endif  // MRG_GATEWAY_TRANSLATION_TESTING_SHIPPED_FILE_H_
