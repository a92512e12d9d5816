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
// Agreements of one member, of which nothing is ever taken back: revisions that its jurisdictions
// list, and as many files of repeals (30 partners with several agreements each, revised every
// year); revisions of one agreement; bytes of all those texts, each counted once; and uses (from,
// to, type and scenario) that the rules of one text and of all of them cover. A text of 34 parties,
// 20 types and 3 scenarios has 69,360.
inline constexpr size_t kAgreementTextsMax = 8192;
inline constexpr size_t kAgreementRevisionsMax = 128;
inline constexpr size_t kAgreementBytesMax = size_t{32} << 20;
inline constexpr size_t kAgreementUsesMax = size_t{1} << 18;
inline constexpr size_t kAllAgreementUsesMax = size_t{1} << 20;
// Mapping packs that one member lists, and their bytes together; compiling them is most of the work
// of a set. A member of five provinces with a pack for each of 100 types has a quarter of that.
inline constexpr size_t kPacksMax = 2048;
inline constexpr size_t kPackBytesMax = size_t{32} << 20;
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
// What gRPC holds of what was sent to all listeners together, bytes: frames, and messages until a
// call lets go of them. Above it gRPC cuts calls.
inline constexpr size_t kServerBytesMax = size_t{192} << 20;
// Calls and streams of one connection at a time (RFC 9113 5.1.2).
inline constexpr int kStreamsOfConnectionMax = 256;
// From the first byte of a connection to the end of its handshakes, TLS and HTTP/2, milliseconds.
inline constexpr int kHandshakeMsMax = 10000;
// After which a connection is ended in order and its client makes another one, so that no stream
// outlives the certificate that it was opened with for long, milliseconds; and for its calls to
// end.
inline constexpr int kConnectionAgeMsMax = 3600 * 1000;
inline constexpr int kConnectionGraceMsMax = 30 * 1000;
// From the headers of a call, or from its last message, to the end of the next one, and from its
// answer until the caller has taken it, seconds.
inline constexpr int kRequestSecondsMax = 30;
// Connections of one listener and of one address there, and of each those of which no call was
// admitted yet. With all of them idle after a TLS handshake a node holds about 100 MiB.
inline constexpr size_t kApiConnectionsMax = 1024;
inline constexpr size_t kFederationConnectionsMax = 256;
inline constexpr size_t kAddressConnectionsMax = 256;
inline constexpr size_t kUnprovedConnectionsMax = 128;
inline constexpr size_t kAddressUnprovedConnectionsMax = 64;
// Descriptors that connections never take: for the store's files, links to peers, and reading.
inline constexpr size_t kDescriptorsReserved = 768;
// Calls that may wait for an executor thread; above it the answer is OVERLOADED at once.
inline constexpr size_t kExecutorQueueMax = 4096;
// Calls taken whose answer is not yet gone, waiting for a thread, for the log or for their caller,
// and the bytes of their requests or answers; above it the answer is OVERLOADED at once. Each
// listener has its own, so that none takes another's. Of the api listener, and of one identity
// there.
inline constexpr size_t kApiCallsMax = 4096;
inline constexpr size_t kApiCallBytesMax = size_t{160} << 20;
inline constexpr size_t kIdentityCallsMax = 2048;
inline constexpr size_t kIdentityCallBytesMax = size_t{128} << 20;
// Requests of one identity that are read at a time; the others wait. With the largest messages that
// gRPC takes they hold 64 MiB.
inline constexpr size_t kIdentityReadsMax = 32;
// Of the federation listener, and of one member there. A member's node has a few calls at a time;
// their answers have 6 MiB at most.
inline constexpr size_t kFederationCallsMax = 2048;
inline constexpr size_t kFederationCallBytesMax = size_t{96} << 20;
inline constexpr size_t kMemberCallsMax = 256;
inline constexpr size_t kMemberCallBytesMax = size_t{24} << 20;
inline constexpr size_t kMemberReadsMax = 8;
// Of the admin listener: two of its largest messages and their answers.
inline constexpr size_t kAdminCallsMax = 64;
inline constexpr size_t kAdminCallBytesMax = size_t{192} << 20;
inline constexpr size_t kAdminReadsMax = 4;
// Of strangers, whom no rule names: they may ask how the node is. Of all of them, and of those of
// one trust domain; and the bytes of such a request.
inline constexpr size_t kStrangerCallsMax = 32;
inline constexpr size_t kDomainStrangerCallsMax = 16;
inline constexpr size_t kStrangerCallBytesMax = size_t{1} << 20;
inline constexpr size_t kStrangerReadsMax = 4;
inline constexpr size_t kHealthRequestBytesMax = 1024;
// Streams of hints and of watched disputes open at once; above it the answer is OVERLOADED.
inline constexpr size_t kStreamsMax = 1024;
// What a client sends beside its certificate and with it, certificates and bytes of PEM. A leaf and
// three of its CA's, of RSA-4096, have 12 KiB.
inline constexpr size_t kPeerChainCertificatesMax = 4;
inline constexpr size_t kPeerChainBytesMax = 16384;
// Verified client certificates that are remembered; above it all are verified anew.
inline constexpr size_t kPeerIdentitiesMax = 4096;

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_LIMITS_H_
