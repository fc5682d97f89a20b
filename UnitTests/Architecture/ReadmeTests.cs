using System.Text;
using System.Text.RegularExpressions;
using MLPipes.Pipelines;

namespace MLPipes.Architecture.Tests;

/// <summary>The README says what the code does: its tables are the catalogue's, its example is the sample, its output is the sample's own.</summary>
/// <remarks>Run with MLPIPES_ACCEPT=1 to write the true text into the README; the change is reviewed like code.</remarks>
[TestClass]
public sealed class ReadmeTests
{
    private static readonly string path = Path.Combine(SharedFolder.Repository, "README.md");

    [TestMethod]
    public void The_table_of_trainers_is_the_catalogue()
    {
        StringBuilder table = new("| key | type | tasks | options searched | what it is |\n| --- | --- | --- | --- | --- |\n");
        foreach (TrainerEntry trainer in Catalog.Trainers)
        {
            IEnumerable<string> knobs = trainer.Space(new DataShape(trainer.Card.Tasks[0], 10_000, 20, 3)).Knobs.Select(k => k.Name);
            table.Append($"| `{trainer.Card.Key}` | `{trainer.Type.Name}` | {string.Join(", ", trainer.Card.Tasks).ToLowerInvariant()} | {string.Join(", ", knobs)} | {trainer.Card.Summary} |\n");
        }

        Holds("trainers", table.ToString());
    }

    [TestMethod]
    public void The_table_of_featurizers_is_the_catalogue()
    {
        StringBuilder table = new("| key | type | columns | use | what it is |\n| --- | --- | --- | --- | --- |\n");
        foreach (FeaturizerEntry featurizer in Catalog.Featurizers)
        {
            FeaturizerCard card = featurizer.Card;
            string use = card.OnRequest ? "when search asks" : card.Adds ? "in addition" : "by default where it suits";
            table.Append($"| `{card.Key}` | `{featurizer.Type.Name}` | {card.Role.ToString().ToLowerInvariant()} | {use} | {card.Summary} |\n");
        }

        Holds("featurizers", table.ToString());
    }

    [TestMethod]
    public void The_example_is_the_sample_and_prints_what_the_README_says()
    {
        string sample = File.ReadAllText(Path.Combine(SharedFolder.Repository, "Samples", "FirstModel", "Program.cs"));
        Holds("example", $"```csharp\n{sample.TrimEnd()}\n```\n");

        string output = Sample.Run("FirstModel");

        Holds("output", $"```text\n{output.TrimEnd()}\n```\n");
    }

    [TestMethod]
    public void Every_folder_named_in_the_README_is_there()
    {
        IEnumerable<string> missing = Regex.Matches(File.ReadAllText(path), @"^\| `([\w/.-]+/)` \|", RegexOptions.Multiline)
            .Select(m => m.Groups[1].Value).Where(folder => !Directory.Exists(Path.Combine(SharedFolder.Repository, folder)));

        Assert.AreEqual("", string.Join(", ", missing));
    }

    private static void Holds(string section, string truth)
    {
        string readme = File.ReadAllText(path).ReplaceLineEndings("\n");
        Match found = Regex.Match(readme, $"(?<=<!-- {section} -->\n).*?(?=<!-- /{section} -->)", RegexOptions.Singleline);
        Assert.IsTrue(found.Success, $"README.md has no section between <!-- {section} --> and <!-- /{section} -->");
        if (Environment.GetEnvironmentVariable("MLPIPES_ACCEPT") == "1" && found.Value != truth)
        {
            File.WriteAllText(path, readme.Remove(found.Index, found.Length).Insert(found.Index, truth));
            return;
        }
        Assert.AreEqual(truth, found.Value, $"the section '{section}' of README.md is out of date; run this test with MLPIPES_ACCEPT=1 and review the change");
    }
}
