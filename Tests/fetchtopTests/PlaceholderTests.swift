import Testing
@testable import fetchtop

@Test func placeholderFetchtop() {}
