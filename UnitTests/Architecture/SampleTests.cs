using System.Globalization;
using System.Text.RegularExpressions;

namespace MLPipes.Architecture.Tests;

/// <summary>Every sample runs and prints what it promises; the first one is held by the README's own test.</summary>
[TestClass]
public sealed class SampleTests
{
    [TestMethod]
    public void AutoML_searches_twice_and_scores_both_on_the_test_file()
    {
        string output = Sample.Run("AutoML");

        double[] tested = [.. Regex.Matches(output, @"([\d.]+) on the test file").Select(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.HasCount(2, tested, output);
        Assert.IsTrue(tested.All(auc => auc is > 0.7 and < 0.9), output);
        Assert.HasCount(6, Regex.Matches(output, @"^trial \d: ", RegexOptions.Multiline), output);
        Assert.HasCount(4, Regex.Matches(output, "^run of ", RegexOptions.Multiline), output);
    }

    [TestMethod]
    public void Text_sends_messages_it_has_not_seen_to_the_right_department()
    {
        string output = Sample.Run("Text");

        CollectionAssert.AreEqual(new[] { "repair", "delivery", "returns" }, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(" -> ")[1]).ToArray(), output);
    }

    [TestMethod]
    public void Every_sample_is_run_by_a_test()
    {
        string[] samples = [.. SourceFiles.Below("*.csproj").Select(SourceFiles.Relative).Where(p => p.StartsWith("Samples/", StringComparison.Ordinal)).Select(p => Path.GetFileNameWithoutExtension(p)).Order()];

        CollectionAssert.AreEqual(new[] { "AutoML", "FirstModel", "Text" }, samples);
    }
}
