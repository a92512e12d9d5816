#ifndef MRG_GATEWAY_BASE_LIMITS_H_
#define MRG_GATEWAY_BASE_LIMITS_H_

// Every bound on what comes from outside or waits inside, with its unit and its reason.

#include <cstddef>

namespace mrg {

// A licence document, bytes. The largest sample is under 2 KiB; embedded pictures are not
// documents.
inline constexpr size_t kDocumentBytesMax = 65536;
// A presented signature, bytes. RSA-8192 needs 1,024; DER forms of others far less.
inline constexpr size_t kSignatureBytesMax = 8192;
// A presented SubjectPublicKeyInfo, bytes.
inline constexpr size_t kPublicKeyBytesMax = 8192;
// Elements asked for in one request. The largest catalogue entry has fewer than 64.
inline constexpr size_t kRequestedElementsMax = 256;
// A canonical element id, bytes.
inline constexpr size_t kElementIdBytesMax = 64;
// A holder's name, bytes of UTF-8 (GB/T 36903 stores use up to 512).
inline constexpr size_t kHolderNameBytesMax = 512;
// A holder's code, bytes.
inline constexpr size_t kHolderCodeBytesMax = 64;
// A licence number as printed, bytes of UTF-8.
inline constexpr size_t kLicenceNumberBytesMax = 128;
// Epochs of licence-tag keys of one jurisdiction. Each costs a decision an HMAC and a look into the
// status list; with one a year they last longer than the licences.
inline constexpr size_t kTagEpochsMax = 64;
// An inbound message on the api and federation listeners, bytes: document, key, signature and
// receipt with room to spare.
inline constexpr size_t kMessageBytesMax = size_t{1} << 20;
// An inbound message on the admin listener, bytes: a whole signing ceremony.
inline constexpr size_t kAdminMessageBytesMax = size_t{64} << 20;
// Rows that one read of a store may name. A read of a place of a tree names 16, of a log proof less
// than 64; an answer of 1,024 rows still is a small part of what a store holds in memory.
inline constexpr size_t kStoreKeysMax = 1024;
// Records in one write of the log. Above this the wait of the first outweighs what the last saves.
inline constexpr size_t kLogGroupMax = 256;
// Calls that may wait for an executor thread; above it the answer is OVERLOADED at once.
inline constexpr size_t kExecutorQueueMax = 4096;
// Calls taken and not yet answered, waiting for a thread or for the log; above it the answer is
// OVERLOADED at once. With the largest messages they hold 4 GiB, with usual ones 20 MiB.
inline constexpr size_t kCallsInFlightMax = 4096;
// Streams of hints and of watched disputes open at once; above it the answer is OVERLOADED.
inline constexpr size_t kStreamsMax = 1024;
// Verified client certificates that are remembered; above it all are verified anew.
inline constexpr size_t kPeerIdentitiesMax = 4096;

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_LIMITS_H_
