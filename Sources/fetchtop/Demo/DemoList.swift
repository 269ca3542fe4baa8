/// What `--demo` fetches: several hundred URLs over hosts of different character, the same ones each time.
///
/// Routes ignore what follows their arguments, so each URL ends in a name that shows what it stands for.
package struct DemoList {
    /// One host of the demo: its speciality, how many fetches go there, and how their paths are made.
    private struct Character: Sendable {
        var count: Int
        var path: @Sendable (_ index: Int, _ random: inout SplitMix64) -> String
    }

    /// How many hosts `urls` wants.
    package static var hostCount: Int { characters.count }

    /// The URLs, given the hosts' addresses in order, hosts mixed.
    package static func urls(at hosts: [String], seed: UInt64 = 1) -> [String] {
        var random = SplitMix64(state: seed)
        var urls: [String] = []
        for (host, character) in zip(hosts, characters) {
            for index in 1...character.count {
                urls.append("http://\(host)/\(character.path(index, &random))")
            }
        }
        urls.shuffle(using: &random)
        return urls
    }

    private static var characters: [Character] {
        [assets, api, images, downloads, legacy, overloaded, broken, streams]
    }

    /// A CDN: quick, small, plentiful.
    private static let assets = Character(count: 260) { index, random in
        let size = random.size(300...90_000)
        let name = ["app.js", "style.css", "logo.svg", "font.woff2"].randomElement(using: &random)!
        return random.chance(1, of: 8)
            ? "slow/\(size * 4)/90000/v\(index)/\(name)" : "delay/\(random.size(300...4000))/\(size)/v\(index)/\(name)"
    }

    /// An API: latencies with a long tail, some failures that a retry heals, limits.
    private static let api = Character(count: 140) { index, random in
        let item = "v1/items/\(4000 + index)"
        return switch Int.random(in: 0..<24, using: &random) {
        case 0: "status/404/\(item)"
        case 1: "status/500/\(item)"
        case 2: "status/429/\(item)?retry-after=2"
        case 3...5: "flaky/\(index)/\(Int.random(in: 1...2, using: &random))/503/\(item)"
        case 6: "redirect/2?next=\(item)"
        case 7: "echo?item=\(item)"
        default: "delay/\(random.size(120...6000))/\(random.size(200...9000))/\(item)"
        }
    }

    /// Pictures: compressed or not, fresh or not, of every size.
    private static let images = Character(count: 130) { index, random in
        switch Int.random(in: 0..<10, using: &random) {
        case 0: "gzip/\(random.size(2_000...200_000))/map-\(index).svg"
        case 1: "etag/picture-\(index)/thumb.webp"
        case 2...5: "slow/\(random.size(60_000...600_000))/\(random.size(60_000...250_000))/img-\(index).jpg"
        default: "late-body/\(random.size(500...6000))/\(random.size(4_000...400_000))/img-\(index).png"
        }
    }

    /// A mirror: few, large, each slower than one would like.
    private static let downloads = Character(count: 26) { index, random in
        "slow/\(random.size(900_000...6_000_000))/\(random.size(200_000...700_000))/iso/disc-\(index).iso"
    }

    /// A server from long ago: every way to end a body, redirects, no keep-alive.
    private static let legacy = Character(count: 120) { index, random in
        switch Int.random(in: 0..<10, using: &random) {
        case 0: "redirect/\(Int.random(in: 1...6, using: &random))/page-\(index).asp"
        case 1: "absolute-redirect/2/page-\(index).asp"
        case 2: "redirect-loop/page-\(index).asp"
        case 3: "until-close/\(random.size(500...60_000))/page-\(index).asp"
        case 4: "close/\(random.size(500...60_000))/page-\(index).asp"
        case 5: "headers/page-\(index).asp"
        case 6: "chunked/\(random.size(5_000...400_000))/1000/page-\(index).asp"
        default: "delay/\(random.size(1600...9000))/\(random.size(500...20_000))/page-\(index).asp"
        }
    }

    /// A server that cannot cope: seconds before the first byte, and then often an error.
    private static let overloaded = Character(count: 44) { index, random in
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1: "flaky/o\(index)/1/503/report-\(index)"
        case 2: "status/503/report-\(index)?retry-after=3"
        case 3: "hangup/2500/report-\(index)"
        case 4: "stall/4000/report-\(index)"
        default: "delay/\(random.size(1500...9000))/\(random.size(1_000...40_000))/report-\(index)"
        }
    }

    /// A broken server: whatever can go wrong on the wire.
    private static let broken = Character(count: 48) { index, random in
        let faults = [
            "reset/300", "reset-head", "reset-body/60000", "hangup/200", "hangup-body/60000", "chunked-cut/9000",
            "bad-chunk", "not-http", "bad-status", "duplicate-length", "stall-head/5000", "stall-body/5000",
            "redirect-nowhere", "status/502", "bytes/4096", "delay/1500/8000",
        ]
        return "\(faults[index % faults.count])/case-\(index)"
    }

    /// Bodies that come drop by drop.
    private static let streams = Character(count: 34) { index, random in
        random.chance(1, of: 3)
            ? "drip/\(random.size(60...260))/40/events-\(index).log"
            : "slow/\(random.size(40_000...500_000))/\(random.size(12_000...48_000))/radio-\(index).ogg"
    }
}

/// A small deterministic generator (Steele, Lea and Flood 2014): the demo and failing tests repeat exactly.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Sizes and latencies in nature: small ones are frequent, each doubling about as likely as the next.
    fileprivate mutating func size(_ range: ClosedRange<Int>) -> Int {
        var low = range.lowerBound
        while low * 2 < range.upperBound, chance(1, of: 2) { low *= 2 }
        return Int.random(in: low...min(low * 2, range.upperBound), using: &self)
    }

    fileprivate mutating func chance(_ wins: Int, of all: Int) -> Bool { Int.random(in: 0..<all, using: &self) < wins }
}
