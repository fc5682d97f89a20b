using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>A model hub on this machine, which serves what a test gives it and can misbehave.</summary>
internal sealed class FakeHub : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly CancellationTokenSource closed = new();

    public FakeHub()
    {
        // A free port; another process may take it in between, which one more try would find free.
        using (TcpListener probe = new(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }
        listener.Prefixes.Add(Address.AbsoluteUri);
        listener.Start();
        _ = Task.Run(Serve);
    }

    public Uri Address { get; }

    /// <summary>Content by model and file, as in <c>org/name/config.json</c>.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Paths asked for, with the range if one was.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>What is sent in place of a file's content.</summary>
    public Func<string, byte[], byte[]> Send { get; set; } = (_, content) => content;

    /// <summary>Bytes of a file after which its connection is cut; none for all.</summary>
    public Func<string, int?> Cut { get; set; } = _ => null;

    /// <summary>Files that are begun and never go on.</summary>
    public Func<string, bool> Stalls { get; set; } = _ => false;

    public bool KnowsRanges { get; set; } = true;

    /// <summary>The answer to every listing; none for the true one.</summary>
    public string? Listing { get; set; }

    public void Add(string model, string file, byte[] content) => Files[$"{model}/{file}"] = content;

    private async Task Serve()
    {
        while (!closed.IsCancellationRequested)
        {
            HttpListenerContext call;
            try
            {
                call = await listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            _ = Task.Run(() => Answer(call));
        }
    }

    private async Task Answer(HttpListenerContext call)
    {
        string path = call.Request.Url!.AbsolutePath.TrimStart('/');
        lock (Asked) Asked.Add(call.Request.Headers["Range"] is { } range ? $"{path} {range}" : path);
        try
        {
            const string api = "api/models/", tree = "/tree/main", resolve = "/resolve/main/";
            if (path.StartsWith(api, StringComparison.Ordinal)) await List(call, path[api.Length..].Replace(tree, "", StringComparison.Ordinal));
            else await SendFile(call, path.Replace(resolve, "/", StringComparison.Ordinal));
            call.Response.Close();
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or InvalidOperationException or OperationCanceledException or IOException)
        {
            call.Response.Abort();
        }
    }

    private async Task List(HttpListenerContext call, string model)
    {
        string[] mine = [.. Files.Keys.Where(f => f.StartsWith($"{model}/", StringComparison.Ordinal))];
        if (mine.Length == 0 && Listing is null)
        {
            call.Response.StatusCode = 404;
            return;
        }
        string list = Listing ?? $"[{string.Join(",", mine.Select(f => Entry(f[(model.Length + 1)..], Files[f])))},{{\"type\":\"directory\",\"oid\":\"\",\"size\":0,\"path\":\"onnx\"}}]";
        await call.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(list));
    }

    private static string Entry(string file, byte[] content)
    {
        string git = Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));
        string large = file.EndsWith(".safetensors", StringComparison.Ordinal)
            ? $",\"lfs\":{{\"oid\":\"{Convert.ToHexStringLower(SHA256.HashData(content))}\",\"size\":{content.Length},\"pointerSize\":134}}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{{\"type\":\"file\",\"oid\":\"{git}\",\"size\":{content.Length},\"path\":\"{file}\"{large}}}");
    }

    private async Task SendFile(HttpListenerContext call, string file)
    {
        if (!Files.TryGetValue(file, out byte[]? content))
        {
            call.Response.StatusCode = 404;
            return;
        }
        content = Send(file, content);
        int from = 0;
        if (KnowsRanges && call.Request.Headers["Range"] is { } range)
        {
            from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
            call.Response.StatusCode = 206;
            call.Response.Headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        call.Response.ContentLength64 = content.Length - from;
        int end = Cut(file) is { } cut ? Math.Min(content.Length, Math.Max(from, cut)) : Stalls(file) ? content.Length / 2 : content.Length;
        await call.Response.OutputStream.WriteAsync(content.AsMemory(from, end - from));
        await call.Response.OutputStream.FlushAsync();
        if (Cut(file) is not null) call.Response.Abort();
        else if (Stalls(file)) await Task.Delay(Timeout.Infinite, closed.Token);
    }

    public void Stop() => listener.Close();

    public void Dispose()
    {
        closed.Cancel();
        Stop();
        closed.Dispose();
    }
}
