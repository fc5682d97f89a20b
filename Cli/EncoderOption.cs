using System.CommandLine;
using System.Globalization;
using MLPipes.Trainers.Torch;

namespace MLPipes.Cli;

/// <summary>The pre-trained encoder that a search may use: found before the budget is spent, named to this process and its workers by the environment.</summary>
internal static class EncoderOption
{
    /// <summary>The environment variable that trainers take it from where a program names none.</summary>
    private const string Variable = "MLPIPES_ENCODER";

    /// <summary>The option.</summary>
    public static Option<string?> Create() => new("--encoder")
    {
        Description = $"Pre-trained text encoder to fine-tune: a folder, or a name such as sentence-transformers/all-MiniLM-L6-v2; default what {Variable} names, else none.",
        HelpName = "folder|name",
    };

    /// <summary>The folder of the encoder, which all trainers of this process use from now on; null where none is named, or no column holds text.</summary>
    /// <param name="named">What the command line names; null for the environment's.</param>
    /// <param name="roles">The columns' roles.</param>
    /// <param name="terminal">Told while it is downloaded.</param>
    /// <param name="warnings">Takes that it is of no use.</param>
    /// <exception cref="TorchException">It is not to be had; the message says what to put where.</exception>
    public static string? Choose(string? named, IEnumerable<ColumnRole> roles, Terminal terminal, List<string> warnings)
    {
        string? wanted = named ?? Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrWhiteSpace(wanted)) return null;
        if (!roles.Contains(ColumnRole.Text))
        {
            if (named is not null) warnings.Add($"--encoder {named} is not used: no column is free text. --task text-classification reads every string column as text.");
            return null;
        }
        string folder = Find(wanted, terminal);
        Environment.SetEnvironmentVariable(Variable, folder);
        return folder;
    }

    /// <summary>The folder of an encoder that can be used, downloaded where need be.</summary>
    /// <param name="wanted">A folder or a name.</param>
    /// <param name="terminal">Told while it is downloaded.</param>
    /// <exception cref="TorchException">It is not to be had or damaged; the message says what to put where.</exception>
    /// <exception cref="BundleException">Its tokenizer is damaged.</exception>
    public static string Find(string wanted, Terminal terminal)
    {
        string folder = ModelStore.Resolve(wanted.Trim(), new Told(terminal), terminal.Stop);
        // A search would go on without it, and its result would be poor for no reason that the user sees.
        ModelStore.CheckEncoder(folder);
        return folder;
    }

    /// <summary>Names to this process and its workers the encoder that a search was begun with, or that it had none.</summary>
    /// <exception cref="TorchException">It is not where it was, or was damaged since.</exception>
    /// <exception cref="BundleException">Its tokenizer was damaged since.</exception>
    public static void Use(string? folder, Terminal terminal) => Environment.SetEnvironmentVariable(Variable, folder is null ? null : Find(folder, terminal));

    /// <summary>The encoder's name for reports: its folder's last part.</summary>
    public static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));

    /// <summary>Says how far a download is, a line for each file.</summary>
    private sealed class Told(Terminal terminal) : IProgress<ModelDownload>
    {
        private readonly HashSet<string> told = new(StringComparer.Ordinal);

        public void Report(ModelDownload value)
        {
            lock (told)
            {
                if (told.Add(value.File)) terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"downloading {value.File} of {value.Model}"));
            }
        }
    }
}
