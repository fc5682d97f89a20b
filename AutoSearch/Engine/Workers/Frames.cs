using System.Buffers.Binary;

namespace MLPipes.AutoSearch;

/// <summary>What a frame between a study and its worker says.</summary>
internal enum FrameKind : byte
{
    /// <summary>To the worker: plug-in assemblies, folder, limits.</summary>
    Hello,

    /// <summary>To the worker: fit this.</summary>
    Fit,

    /// <summary>To the worker: end the fit.</summary>
    Cancel,

    /// <summary>To the study: ready for fits.</summary>
    Ready,

    /// <summary>To the study: the model.</summary>
    Model,

    /// <summary>To the study: the fit failed, or ended as asked.</summary>
    Failure,

    /// <summary>To the study: how far the fit is.</summary>
    Progress,
}

/// <summary>Messages over a pipe: kind, length, content.</summary>
internal static class Frames
{
    /// <summary>Writes one frame; callers take turns by themselves.</summary>
    public static void Write(Stream pipe, FrameKind kind, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], content.Length);
        pipe.Write(head);
        pipe.Write(content);
        pipe.Flush();
    }

    /// <summary>The next frame; null where the other side has gone.</summary>
    public static (FrameKind Kind, byte[] Content)? Read(Stream pipe)
    {
        try
        {
            byte[] head = new byte[5];
            if (pipe.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length) return null;
            int length = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(1));
            if (length < 0) return null;
            byte[] content = GC.AllocateUninitializedArray<byte>(length);
            return pipe.ReadAtLeast(content, length, throwOnEndOfStream: false) < length ? null : ((FrameKind)head[0], content);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return null;
        }
    }
}
