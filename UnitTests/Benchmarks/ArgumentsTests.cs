namespace MLPipes.Benchmarks.Tests;

[TestClass]
public sealed class ArgumentsTests
{
    [TestMethod]
    public void Words_and_options_are_told_apart()
    {
        Arguments given = Arguments.Of(["collect", "--time", "60s", "data", "--sets", "a,b,", "--share", "0.25", "--last"]);

        CollectionAssert.AreEqual(new[] { "collect", "data", "--last" }, given.Words.ToArray());
        CollectionAssert.AreEqual(new[] { "a", "b" }, given.List("sets"));
        Assert.AreEqual(60, given.Number("time", 1));
        Assert.AreEqual(0.25, given.Number("share", 1));
        Assert.AreEqual(7, given.Number("seed", 7));
        Assert.AreEqual("data", given.Folder(1));
        Assert.AreEqual("wall", given.Text("clock", "wall"));
    }
}
