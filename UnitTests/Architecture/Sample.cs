using System.Reflection;

namespace MLPipes.Architecture.Tests;

/// <summary>Runs samples as a user does from the repository's folder.</summary>
internal static class Sample
{
    /// <summary>What the sample prints.</summary>
    public static string Run(string name)
    {
        TextWriter console = Console.Out;
        string folder = Environment.CurrentDirectory;
        using StringWriter output = new();
        try
        {
            Console.SetOut(TextWriter.Synchronized(output));
            Environment.CurrentDirectory = SharedFolder.Repository;
            object? result = Assembly.Load(name).EntryPoint!.Invoke(null, [Array.Empty<string>()]);
            if (result is Task task) task.GetAwaiter().GetResult();
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = folder;
        }
        return output.ToString().ReplaceLineEndings("\n");
    }
}
