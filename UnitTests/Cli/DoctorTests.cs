using System.Diagnostics;
using System.Text.Json;

namespace MLPipes.Tests.Cli;

/// <summary>What <c>doctor</c> tells of networks under settings that only a process of its own can have.</summary>
[TestClass]
public sealed class DoctorTests
{
    [TestMethod]
    public void Libtorch_is_loaded_and_the_device_told()
    {
        Dictionary<string, JsonElement> findings = Doctor();

        Assert.AreEqual("ok", findings["libtorch"].GetProperty("state").GetString());
        StringAssert.Contains(findings["libtorch"].GetProperty("found").GetString(), "2.1");
        StringAssert.Contains(findings["networks"].GetProperty("found").GetString(), "bfloat16");
        StringAssert.Contains(findings["encoder"].GetProperty("found").GetString(), "none chosen");
    }

    [TestMethod, OSCondition(OperatingSystems.Linux)]
    public void Libtorch_is_not_loaded_by_a_verb_that_needs_none()
    {
        ProcessStartInfo start = new("dotnet", ["exec", CliProcess.Command, "list", "trainers"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // The system's loader tells each library that it opens.
        start.Environment["LD_DEBUG"] = "files";
        using Process process = Process.Start(start)!;

        (int code, _, string loaded) = CliProcess.End(process);

        Assert.AreEqual(0, code);
        StringAssert.Contains(loaded, "libcoreclr");
        Assert.DoesNotContain("libtorch_cpu", loaded);
    }

    [TestMethod]
    public void A_lent_folder_without_libtorch_is_a_problem_with_advice()
    {
        Dictionary<string, JsonElement> findings = Doctor(("MLPIPES_LIBTORCH", "/no/such/folder"));

        Assert.AreEqual("problem", findings["libtorch"].GetProperty("state").GetString());
        StringAssert.Contains(findings["libtorch"].GetProperty("advice").GetString(), "/no/such/folder");
        Assert.IsFalse(findings.ContainsKey("networks"));
    }

    [TestMethod, OSCondition(OperatingSystems.Linux)]
    public void A_lent_libtorch_is_used_in_place_of_the_installed_one()
    {
        string installed = Path.Combine(Path.GetDirectoryName(CliProcess.Command)!, "runtimes", "linux-x64", "native");
        string torch = Directory.CreateTempSubdirectory("mlpipes-lent-").FullName, lent = Path.Combine(torch, "lib");
        try
        {
            Directory.CreateDirectory(lent);
            foreach (string file in Directory.GetFiles(installed, "*.so*").Where(f => !f.Contains("LibTorchSharp", StringComparison.Ordinal)))
                File.CreateSymbolicLink(Path.Combine(lent, Path.GetFileName(file)), file);
            File.WriteAllText(Path.Combine(torch, "version.py"), "__version__ = '2.10.0+lent'\n");

            Dictionary<string, JsonElement> findings = Doctor(("MLPIPES_LIBTORCH", torch));

            string found = findings["libtorch"].GetProperty("found").GetString()!;
            StringAssert.Contains(found, "2.10.0+lent");
            StringAssert.Contains(found, lent);
        }
        finally
        {
            Directory.Delete(torch, recursive: true);
        }
    }

    [TestMethod]
    public void An_encoder_that_can_not_be_used_is_a_problem()
    {
        Dictionary<string, JsonElement> findings = Doctor(("MLPIPES_ENCODER", "org/no-such-model"), ("HF_HUB_OFFLINE", "1"));

        Assert.AreEqual("problem", findings["encoder"].GetProperty("state").GetString());
        StringAssert.Contains(findings["encoder"].GetProperty("advice").GetString(), "HF_HUB_OFFLINE");
    }

    [TestMethod, NeedsShared]
    public void An_encoder_in_the_folder_of_models_is_found()
    {
        string models = Path.Combine(SharedFolder.Path, "models");

        Dictionary<string, JsonElement> findings = Doctor(("MLPIPES_ENCODER", "all-minilm-l6-v2"), ("MLPIPES_MODELS", models));

        StringAssert.Contains(findings["encoder"].GetProperty("found").GetString(), Path.Combine(models, "all-minilm-l6-v2"));
        Assert.AreEqual("ok", findings["encoder"].GetProperty("state").GetString());
    }

    private static Dictionary<string, JsonElement> Doctor(params (string Name, string Value)[] settings)
    {
        ProcessStartInfo start = new("dotnet", ["exec", CliProcess.Command, "doctor", "--json"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string name in (string[])["MLPIPES_ENCODER", "MLPIPES_LIBTORCH", "MLPIPES_MODELS"]) start.Environment.Remove(name);
        foreach ((string name, string value) in settings) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        (int code, string output, string error) = CliProcess.End(process);
        Assert.AreEqual(0, code, error);
        using JsonDocument document = JsonDocument.Parse(output);
        return document.RootElement.GetProperty("findings").EnumerateArray().ToDictionary(f => f.GetProperty("what").GetString()!, f => f.Clone());
    }
}
