// swift-tools-version: 6.2
import PackageDescription

/// One set of compiler settings for every Swift target: language mode 6, every warning an error, and the
/// upcoming features under which the loop's isolation rules are checked (see ARCHITECTURE.md).
let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
]

/// Product code also marks each use of an unsafe construct with `unsafe`.
let product: [SwiftSetting] = common + [.strictMemorySafety()]

let package = Package(
    name: "fetchtop",
    platforms: [.macOS("26.0")],
    products: [
        .library(name: "FetchLoop", targets: ["FetchLoop"]),
        .executable(name: "fetchtop", targets: ["fetchtop"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]
        ),
        // No pkgConfig: ncursesw's flags are prohibited by the package manager; the module map links it.
        .systemLibrary(
            name: "CNcurses",
            providers: [.apt(["libncurses-dev"]), .brew(["ncurses"])]
        ),
        .target(
            name: "FetchLoop",
            dependencies: ["CCurl", .product(name: "DequeModule", package: "swift-collections")],
            swiftSettings: product
        ),
        // The origin server of `--demo`, which the tests and the examples fetch from, too.
        .target(
            name: "DemoServer", dependencies: ["FetchLoop"], path: "Sources/fetchtop/Demo", swiftSettings: product),
        .executableTarget(
            name: "fetchtop",
            dependencies: [
                "FetchLoop", "DemoServer", "CNcurses",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            exclude: ["Demo"],
            swiftSettings: product
        ),
        .executableTarget(
            name: "Examples", dependencies: ["FetchLoop", "DemoServer"], path: "Examples", exclude: ["Output"],
            swiftSettings: common),
        .target(
            name: "TestSupport", dependencies: ["FetchLoop", "DemoServer"], path: "Tests/TestSupport",
            swiftSettings: common),
        .testTarget(
            name: "FetchLoopTests", dependencies: ["FetchLoop", "CCurl", "TestSupport"], swiftSettings: common),
        .testTarget(
            name: "fetchtopTests", dependencies: ["fetchtop", "DemoServer", "FetchLoop", "TestSupport"],
            exclude: ["Golden"],
            swiftSettings: common),
    ]
)
