namespace MLPipes.AutoSearch;

/// <summary>What a worker may take.</summary>
/// <param name="SetBytes">Most for training sets that it keeps.</param>
/// <param name="HeapBytes">Most managed memory; null for no limit.</param>
internal sealed record WorkerRoom(long SetBytes, long? HeapBytes);
