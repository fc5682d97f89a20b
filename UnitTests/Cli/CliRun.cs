using System.Text;
using System.Text.Json;
using MLPipes.Cli;

namespace MLPipes.Tests.Cli;

/// <summary>One run of the command in this process: what it printed and its exit code.</summary>
internal sealed record CliRun(int Code, string Out, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public string[] OutLines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static CliRun Of(params string[] args) => WithInput("", args);

    public static CliRun WithInput(string input, params string[] args) => With(() => new MemoryStream(Encoding.UTF8.GetBytes(input)), CancellationToken.None, args);

    public static CliRun With(Func<Stream> openInput, CancellationToken stop, params string[] args)
    {
        using MemoryStream bytes = new();
        using StreamWriter output = new(bytes, new UTF8Encoding(false)) { AutoFlush = true };
        using StringWriter error = new();
        int code = CommandLine.RunAsync(args, new Terminal
        {
            Out = output,
            OutBytes = new NotClosing(bytes),
            Error = TextWriter.Synchronized(error),
            OpenInput = openInput,
            Started = TimeProvider.System.GetUtcNow(),
            Stop = stop,
        }).GetAwaiter().GetResult();
        return new CliRun(code, Encoding.UTF8.GetString(bytes.ToArray()), error.ToString());
    }

    /// <summary>Wrong input: exit code 2, nothing on standard output, and one line that says what is wrong.</summary>
    public void AssertRefused(params string[] says)
    {
        Assert.AreEqual(ExitCodes.WrongInput, Code, Error);
        Assert.AreEqual("", Out);
        string[] errors = [.. Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith("warning:", StringComparison.Ordinal))];
        Assert.HasCount(1, errors, Error);
        StringAssert.StartsWith(errors[0], "error: ");
        Assert.DoesNotContain("   at ", Error);
        foreach (string part in says) StringAssert.Contains(errors[0], part);
    }

    private sealed class NotClosing(Stream inner) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() => inner.Flush();
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);
    }
}
