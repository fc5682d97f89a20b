namespace MLPipes.Benchmarks;

/// <summary>A measurement with a name of its own; implementing this with a parameterless constructor is the registration.</summary>
internal interface IBenchmark
{
    /// <summary>What stands on the command line: <c>dotnet run -c Release --project Benchmarks -- NAME</c>.</summary>
    string Name { get; }

    /// <summary>One line for the list of benchmarks.</summary>
    string Summary { get; }

    /// <summary>Runs with the arguments that follow the name and returns the exit code.</summary>
    int Run(string[] args);
}
