using System.Xml.Linq;

namespace MLPipes.Architecture.Tests;

/// <summary>Which project may refer to which: the direction of dependencies is a decision, and this holds it.</summary>
[TestClass]
public sealed class ProjectTests
{
    private static readonly Dictionary<string, string[]> allowed = new()
    {
        ["MLPipes.Pipelines"] = [],
        ["MLPipes.Featurizers"] = ["MLPipes.Pipelines"],
        ["MLPipes.Trainers"] = ["MLPipes.Pipelines"],
        ["MLPipes.Trainers.Torch"] = ["MLPipes.Pipelines"],
        ["MLPipes.AutoSearch"] = ["MLPipes.Pipelines", "MLPipes.Featurizers", "MLPipes.Trainers"],
        ["mlpipes"] = ["MLPipes.AutoSearch", "MLPipes.Trainers.Torch"],
    };

    [TestMethod]
    public void Projects_refer_only_downwards()
    {
        List<string> wrong = [];
        foreach ((string project, string path) in Projects().Where(p => allowed.ContainsKey(p.Name)))
        {
            IEnumerable<string> references = XDocument.Load(path).Descendants("ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));
            wrong.AddRange(references.Except(allowed[project]).Select(r => $"{project} -> {r}"));
        }

        Assert.AreEqual("", string.Join("; ", wrong));
    }

    [TestMethod]
    public void Every_project_is_in_the_solution()
    {
        string solution = File.ReadAllText(Path.Combine(SharedFolder.Repository, "mlpipes.sln"));

        string missing = string.Join(", ", Projects().Select(p => p.Name).Where(name => !solution.Contains($"{name}.csproj", StringComparison.Ordinal)));

        Assert.AreEqual("", missing);
    }

    [TestMethod]
    public void Every_product_project_is_known_to_this_test()
    {
        IEnumerable<string> unknown = Projects().Where(p => !SourceFiles.Relative(p.Path).StartsWith("Samples/", StringComparison.Ordinal)).Select(p => p.Name)
            .Where(n => !n.EndsWith(".Tests", StringComparison.Ordinal) && !n.Contains("Benchmarks") && !allowed.ContainsKey(n));

        Assert.AreEqual("", string.Join(", ", unknown));
    }

    [TestMethod]
    public void No_version_stands_outside_the_central_list()
    {
        IEnumerable<string> versions = from project in Projects()
                                       from reference in XDocument.Load(project.Path).Descendants("PackageReference")
                                       where reference.Attribute("Version") is not null
                                       select $"{project.Name}: {reference.Attribute("Include")!.Value}";

        Assert.AreEqual("", string.Join("; ", versions));
    }

    private static IEnumerable<(string Name, string Path)> Projects() =>
        SourceFiles.Below("*.csproj").Select(path => (Path.GetFileNameWithoutExtension(path), path));
}
