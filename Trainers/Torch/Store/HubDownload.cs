using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Fetches one model from a hub into the cache: a folder beside it is filled, checked and then renamed.</summary>
/// <param name="settings">Hub and cache.</param>
/// <param name="name">The model.</param>
/// <param name="otherwise">What a user can do without the hub, for errors.</param>
/// <param name="progress">Told as bytes come; null for silence.</param>
internal sealed class HubDownload(StoreSettings settings, ModelName name, string otherwise, IProgress<ModelDownload>? progress)
{
    private const int MostListing = 16 << 20;
    private const long LargestSmallFile = 256 << 20;
    private static readonly TimeSpan lockPoll = TimeSpan.FromMilliseconds(200);

    private readonly string folder = Path.Combine(settings.Cache, name.Folder);
    private readonly string draft = Path.Combine(settings.Cache, $"{name.Folder}.part");
    private long done;
    private long total;

    /// <summary>The folder of the model, complete.</summary>
    /// <exception cref="TorchException">The hub lacks it, can't be reached, or sends something else than it lists.</exception>
    public string Fetch(CancellationToken cancel)
    {
        try
        {
            Directory.CreateDirectory(settings.Cache);
            // Processes that want the same model take turns; the second finds it there.
            using FileStream turn = TakeTurn(cancel);
            if (ModelFiles.IsComplete(folder)) return folder;
            using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
            Task.Run(() => FetchAll(client, cancel), cancel).GetAwaiter().GetResult();
            foreach (string part in Directory.GetFiles(draft, "*.part", SearchOption.AllDirectories)) File.Delete(part);
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            Directory.Move(draft, folder);
            return folder;
        }
        catch (Exception error) when (error is HttpRequestException or HttpIOException)
        {
            throw Failed($"{settings.Endpoint} can't be reached or broke off ({error.Message})", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed($"the download to {settings.Cache} failed ({error.Message}); see that the folder can be written and the disk has room", error);
        }
    }

    private async Task FetchAll(HttpClient client, CancellationToken cancel)
    {
        Dictionary<string, HubFile> listing = await List(client, cancel).ConfigureAwait(false);
        List<HubFile> wanted = [.. ModelFiles.Small.Where(listing.ContainsKey).Select(f => listing[f])];
        if (!listing.ContainsKey(ModelFiles.Config)) throw Failed($"it has no {ModelFiles.Config} there, so it is no model that mlpipes reads");
        if (wanted.Find(f => f.Size > LargestSmallFile) is { } huge) throw Failed($"its {huge.Path} has {huge.Size} bytes, expected at most {LargestSmallFile}");
        if (listing.TryGetValue(WeightFiles.FileName, out HubFile? weights)) wanted.Add(weights);
        else if (listing.TryGetValue(ShardIndex.FileName, out HubFile? index)) wanted.AddRange(await Shards(client, listing, index, cancel).ConfigureAwait(false));
        else throw Failed($"it has no {WeightFiles.FileName} there; only models saved as safetensors are read");
        (done, total) = (0, wanted.Sum(f => f.Size));
        foreach (HubFile file in wanted) await Fetch(client, file, cancel).ConfigureAwait(false);
    }

    private async Task<IEnumerable<HubFile>> Shards(HttpClient client, Dictionary<string, HubFile> listing, HubFile index, CancellationToken cancel)
    {
        await Fetch(client, index, cancel).ConfigureAwait(false);
        IReadOnlyList<string> shards = ShardIndex.Files(Path.Combine(draft, ShardIndex.FileName));
        if (shards.FirstOrDefault(s => !listing.ContainsKey(s)) is { } missing) throw Failed($"its weights should lie in {missing}, which it has not there");
        return shards.Select(s => listing[s]).Prepend(index);
    }

    private async Task<Dictionary<string, HubFile>> List(HttpClient client, CancellationToken cancel)
    {
        Uri address = new($"{settings.Endpoint.AbsoluteUri.TrimEnd('/')}/api/models/{name.Value}/tree/main?recursive=true");
        using CancellationTokenSource patience = Patience(cancel);
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            Check(answer, "the list of its files");
            await answer.Content.LoadIntoBufferAsync(MostListing, patience.Token).ConfigureAwait(false);
            return HubFile.ReadListing(await answer.Content.ReadAsByteArrayAsync(patience.Token).ConfigureAwait(false));
        }
        catch (JsonException error)
        {
            throw Failed($"{address} answers with something else than a list of files ({error.Message})", error);
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw Silent(error);
        }
    }

    private async Task Fetch(HttpClient client, HubFile file, CancellationToken cancel)
    {
        string path = Path.Combine(draft, file.Path), part = $"{path}.{file.Checksum}.part";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!file.IsIn(path))
        {
            bool resumed = File.Exists(part);
            await Append(client, file, part, cancel).ConfigureAwait(false);
            if (resumed && !file.IsIn(part))
            {
                // What an earlier run left was damaged: once more, from the start.
                File.Delete(part);
                await Append(client, file, part, cancel).ConfigureAwait(false);
            }
            if (!file.IsIn(part))
            {
                File.Delete(part);
                throw Failed($"{file.Path} came with another checksum than the hub lists ({file.Checksum}); it was damaged on the way or changed meanwhile, so try again");
            }
            File.Move(part, path, overwrite: true);
        }
        Tell(file, file.Size);
        done += file.Size;
    }

    private async Task Append(HttpClient client, HubFile file, string part, CancellationToken cancel)
    {
        using CancellationTokenSource patience = Patience(cancel);
        try
        {
            await using FileStream stream = new(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            if (stream.Length > file.Size) stream.SetLength(0);
            if (stream.Length == file.Size && file.Size > 0) return;
            string path = string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString));
            using HttpRequestMessage request = new(HttpMethod.Get, $"{settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{name.Value}/resolve/main/{path}");
            if (stream.Length > 0) request.Headers.Range = new RangeHeaderValue(stream.Length, null);
            using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            Check(answer, file.Path);
            if (answer.StatusCode != HttpStatusCode.PartialContent || answer.Content.Headers.ContentRange?.From != stream.Length) stream.SetLength(0);
            stream.Seek(0, SeekOrigin.End);
            await using Stream body = await answer.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
            byte[] buffer = new byte[1 << 18];
            for (int read; (read = await body.ReadAsync(buffer, patience.Token).ConfigureAwait(false)) > 0;)
            {
                if (stream.Length + read > file.Size) throw Failed($"{file.Path} is longer than the {file.Size} bytes that the hub lists; try again later");
                await stream.WriteAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
                patience.CancelAfter(settings.Silence);
                Tell(file, stream.Length);
            }
            if (stream.Length < file.Size) throw Failed($"{file.Path} broke off after {stream.Length} of {file.Size} bytes; try again, and it goes on from there");
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw Silent(error);
        }
    }

    private void Check(HttpResponseMessage answer, string what)
    {
        if (answer.IsSuccessStatusCode) return;
        throw Failed(answer.StatusCode switch
        {
            HttpStatusCode.NotFound => $"{settings.Endpoint} has no {what} of this name; check the spelling",
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"{settings.Endpoint} has no model of this name that everybody may read",
            _ => $"{settings.Endpoint} answers {(int)answer.StatusCode} ({answer.ReasonPhrase}) for {what}",
        });
    }

    private CancellationTokenSource Patience(CancellationToken cancel)
    {
        CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(settings.Silence);
        return patience;
    }

    private FileStream TakeTurn(CancellationToken cancel)
    {
        string path = $"{folder}.lock";
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                cancel.WaitHandle.WaitOne(lockPoll);
            }
        }
    }

    private void Tell(HubFile file, long here) => progress?.Report(new ModelDownload(name.Value, file.Path, Math.Min(done + here, Math.Max(total, file.Size)), Math.Max(total, file.Size)));

    private TorchException Silent(Exception inner) => Failed($"{settings.Endpoint} sent nothing for {settings.Silence.TotalSeconds:0} seconds", inner);

    private TorchException Failed(string why, Exception? inner = null) =>
        new($"The model '{name.Value}' is not on this machine and could not be downloaded: {why}. Otherwise {otherwise}.", inner);
}
