using System.Text.RegularExpressions;
using MLPipes.Pipelines;

namespace MLPipes.Architecture.Tests;

/// <summary>Rules of the house that a compiler does not check.</summary>
[TestClass]
public sealed partial class SourceTests
{
    private static readonly string[] product = ["Pipelines", "Featurizers", "Trainers", "AutoSearch", "Cli", "Serving"];

    [TestMethod]
    public void No_file_is_longer_than_400_lines()
    {
        IEnumerable<string> long_ = SourceFiles.Below("*.cs").Where(f => File.ReadLines(f).Count() > 400).Select(SourceFiles.Relative);

        Assert.AreEqual("", string.Join(", ", long_));
    }

    [TestMethod]
    public void Nothing_is_left_half_done()
    {
        IEnumerable<string> left = from file in SourceFiles.Below("*.cs", product)
                                   from line in File.ReadLines(file)
                                   where HalfDone().IsMatch(line)
                                   select $"{SourceFiles.Relative(file)}: {line.Trim()}";

        Assert.AreEqual("", string.Join("\n", left));
    }

    [TestMethod]
    public void Time_and_chance_come_from_the_caller()
    {
        IEnumerable<string> banned = from file in SourceFiles.Below("*.cs", product)
                                     from line in File.ReadLines(file)
                                     where Banned().IsMatch(line)
                                     select $"{SourceFiles.Relative(file)}: {line.Trim()}";

        Assert.AreEqual("", string.Join("\n", banned));
    }

    [TestMethod]
    public void Only_the_command_line_writes_to_the_console()
    {
        IEnumerable<string> writers = from file in SourceFiles.Below("*.cs", [.. product.Where(p => p != "Cli")])
                                      from line in File.ReadLines(file)
                                      where line.Contains("Console.", StringComparison.Ordinal)
                                      select $"{SourceFiles.Relative(file)}: {line.Trim()}";

        Assert.AreEqual("", string.Join("\n", writers));
    }

    [TestMethod]
    public void Trainers_are_never_named_outside_their_assembly()
    {
        HashSet<string> names = [.. Catalog.Trainers.Select(t => t.Type.Name)];
        IEnumerable<string> naming = from file in SourceFiles.Below("*.cs", "Pipelines", "Featurizers", "AutoSearch", "Cli")
                                     from Match construction in Construction().Matches(File.ReadAllText(file))
                                     where names.Contains(construction.Groups[1].Value)
                                     select $"{SourceFiles.Relative(file)} names {construction.Groups[1].Value}";

        Assert.AreEqual("", string.Join("\n", naming));
    }

    [GeneratedRegex(@"NotImplementedException|\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex HalfDone();

    [GeneratedRegex(@"DateTime(Offset)?\.(Utc)?Now|Random\.Shared|Thread\.Sleep|new Random\(\)")]
    private static partial Regex Banned();

    [GeneratedRegex(@"(?:\bnew |typeof\((?:\w+\.)*)([A-Z]\w+)\b")]
    private static partial Regex Construction();
}
